"""Several hands at the same instant: each in a thread of its own, all let go together, as requests and jobs are."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.kernel.lifecycle import RuleBroken
from tests.harness.visitors import Visitor, forget_readings


def together(app: Any, *acts: Callable[[], Any]) -> list[Any]:
    """Let every act begin at once; give what each gave, or the rule that refused it."""
    ready = threading.Barrier(len(acts))

    def hand(act: Callable[[], Any]) -> Any:
        with app.app_context():
            ready.wait()
            try:
                return act()
            except RuleBroken as refusal:
                return refusal

    with ThreadPoolExecutor(len(acts)) as hands:
        answers = [done.result() for done in [hands.submit(hand, act) for act in acts]]
    forget_readings()
    return answers


def tabs(visitor: Visitor, count: int) -> list[Visitor]:
    """Give so many further tabs of the same browser, each with its cookies."""
    visitor.token()
    with visitor.session() as session:
        kept = dict(session)
    opened = [Visitor(visitor.client.application.test_client()) for _tab in range(count)]
    for tab in opened:
        with tab.session() as session:
            session.update(kept)
    return opened

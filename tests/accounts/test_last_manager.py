"""Two who manage accounts and take it from each other at the same moment: one of them keeps it, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from app.accounts import service
from app.accounts.models import Grant, User
from app.accounts.rights import queries
from app.accounts.rights.granting import end_grant
from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.factories import make_user
from tests.harness.databases import on_both

pytestmark = on_both


def test_two_at_once_do_not_leave_nobody(app):
    first, second = make_user("Anne", "administrator"), make_user("Ada", "administrator")
    pairs = [(first.id, second.grants[0].id), (second.id, first.grants[0].id)]
    ready = Barrier(len(pairs))

    def take_back(pair):
        with app.app_context():
            actor = service.actor_for(db.session.get_one(User, pair[0]))
            ready.wait()
            try:
                with transaction():
                    end_grant(db.session.get_one(Grant, pair[1]), actor=actor)
            except RuleBroken as refusal:
                return refusal.message
            return "done"

    with ThreadPoolExecutor(len(pairs)) as pool:
        answers = list(pool.map(take_back, pairs))
    assert answers.count("done") == 1
    db.session.rollback()
    assert queries.who_manages(clock.now()) == 1

"""Answering, with more time, the wishes that were left open."""

from datetime import timedelta
from uuid import UUID

from app.booking import service
from app.booking.guarantees.leaving import leave_others, let_go_for
from app.booking.models import OpenWish
from app.booking.queries import open_wishes
from app.booking.queries.seaters import Foreseen
from app.booking.service import LeftOpen, PlanRefused, TimeTaken
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import db, take_turn, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_

ANSWERER = system("booking.answer_open_wish")
PAUSE = timedelta(seconds=20)


@job("booking.answer_open_wish", N_("Répondre à une demande en vérification"))
def answer_open_wish(wish_id: str) -> bool:
    """Look at length, then promise or refuse; what stays open is looked at again until its time has passed.

    Safe to run twice: what has its answer keeps it.
    """
    wish = OpenWish.get(UUID(wish_id))
    if wish is None or not wish.is_waited_for:
        return False
    foreseen = open_wishes.foreseen(wish)
    try:
        return _grant(wish.id, foreseen)
    except TimeTaken as refusal:
        return _refuse(wish.id, refusal)
    except (LeftOpen, PlanRefused):
        return _ask_again(wish.id)


@job("booking.forget_answered_wishes", N_("Oublier les demandes vérifiées il y a deux jours"), cron="25 4 * * *")
def forget_answered_wishes() -> int:
    """Forget wishes some days after their answer."""
    with transaction():
        return service.forget_answered_wishes()


def _grant(wish_id: UUID, foreseen: Foreseen | None) -> bool:
    """Grant a wish, and let go of what its guest was paying before it; who paid that meanwhile has their table."""
    with transaction():
        take_turn(f"visitor {db.session.get_one(OpenWish, wish_id).visitor}")
        wish = _locked(wish_id)
        if wish is None:
            return False
        paid = let_go_for(wish)
        if paid is not None:
            service.settle_open_wish(wish, paid, actor=ANSWERER)
        else:
            leave_others(wish.visitor, service.grant_open_wish(wish, actor=ANSWERER, foreseen=foreseen), actor=ANSWERER)
    return True


def _refuse(wish_id: UUID, refusal: TimeTaken) -> bool:
    with transaction():
        wish = _locked(wish_id)
        if wish is None:
            return False
        service.refuse_open_wish(wish, refusal, actor=ANSWERER)
    return True


def _ask_again(wish_id: UUID) -> bool:
    with transaction():
        wish, now = _locked(wish_id), clock.now()
        if wish is None:
            return False
        if now + PAUSE >= wish.expires_at:
            service.give_up_open_wish(wish, actor=ANSWERER)
            return True
        answer_open_wish.later(key=f"wish:{wish_id}:{int(now.timestamp())}", due_at=now + PAUSE, wish_id=wish_id)
    return False


def _locked(wish_id: UUID) -> OpenWish | None:
    wish = db.session.get(OpenWish, wish_id, with_for_update={"of": OpenWish}, populate_existing=True)
    return wish if wish is not None and wish.is_waited_for else None

"""Answering, with more time, the wishes that were left open."""

from datetime import timedelta
from uuid import UUID

from app.booking import service
from app.booking.models import OpenWish
from app.booking.queries import open_wishes
from app.booking.queries.seaters import Foreseen
from app.booking.service import LeftOpen, PlanRefused, TimeTaken
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import db, transaction
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
    with transaction():
        wish = _locked(wish_id)
        if wish is None:
            return False
        service.grant_open_wish(wish, actor=ANSWERER, foreseen=foreseen)
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

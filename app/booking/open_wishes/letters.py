"""The letter that says no to a wish which was looked at again; a yes is the confirmation itself."""

from datetime import time

from app.booking import letters
from app.booking.events import WishRefused, WishUnanswered
from app.booking.models import OpenWish, WishState
from app.booking.notices import CATEGORY
from app.kernel.events import Event, on
from app.kernel.formats import full_date, spoken_time
from app.kernel.formats import phone as written_phone
from app.kernel.languages import N_, ngettext
from app.kernel.letters import Letter
from app.kernel.messages import Message
from app.kernel.notices import Recipient, notice

WISH_ANSWERED = notice("booking.wish_answered", N_("Demande vérifiée, sans table"), category=CATEGORY, optional=False)


@on(WishRefused)
def tell_refusal(event: WishRefused) -> None:
    """Say that there is no table."""
    _tell(event)


@on(WishUnanswered)
def tell_silence(event: WishUnanswered) -> None:
    """Say that no answer was found in time."""
    _tell(event)


@WISH_ANSWERED.composed_by
def compose(wish: OpenWish, _message: Message) -> Letter | None:
    """Say it as it is: a proof that nobody fits, or no answer in time."""
    if wish.state not in (WishState.REFUSED, WishState.UNANSWERED):
        return None
    house = wish.establishment
    query = f"date={wish.service_date.isoformat()}&covers={wish.covers}"
    at: time = wish.local_time
    words = {
        "establishment": house,
        "phone": written_phone(house.phone) if house.phone else "",
        "first_name": wish.first_name or wish.guest_name,
        "day": full_date(wish.service_date),
        "time": spoken_time(at),
        "party": ngettext("%(num)s couvert", "%(num)s couverts", wish.covers),
        "is_proved": wish.state is WishState.REFUSED,
        "booking_url": letters.public(f"/e/{house.slug}/reserver?{query}"),
    }
    return Letter(words, house.name, house.email)


def _tell(event: Event) -> None:
    wish: OpenWish = event.subject
    to = Recipient(wish.guest_name, wish.email, wish.language)
    WISH_ANSWERED.send(to=to, about=wish, key=f"{WISH_ANSWERED.code}:{wish.id}")

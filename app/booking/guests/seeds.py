"""The tags a house begins with; and, in the demo, what the team knows of the guests who come next."""

import sqlalchemy as sa

from app.booking.models import HealthNature, Reservation, ReservationState, TagTone
from app.booking.queries.guests import tags
from app.booking.service import guests as service
from app.directory.models import Person
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import db
from app.kernel.languages import N_, _
from app.kernel.seeds import REFERENCE, seed

ACTOR = system("seed")
FIRST = {
    N_("VIP"): TagTone.WARNING,
    N_("Habitué"): TagTone.PRIMARY,
    N_("Poussette"): TagTone.INFO,
    N_("Presse"): TagTone.NEUTRAL,
}


@seed(REFERENCE, order=35)
def first_tags() -> None:
    """Make the tags every house begins with, unless it has its own."""
    if not tags():
        for name, tone in FIRST.items():
            service.keep_tag(None, _(name), tone, actor=ACTOR)


WISHES = (N_("Une table au calme"), N_("La banquette"), N_("Près de la fenêtre"))
KNOWN = 30


@seed("demo", order=45)
def demo_acquaintances() -> None:
    """Let the team of the demo know some of the guests to come: regulars, a birthday, what one must not eat."""
    with_names = tags()
    for place, (reservation, guest) in enumerate(_coming_guests()):
        if with_names and place % 3 == 0:
            service.choose_tags(guest, [with_names[place // 3 % len(with_names)]], actor=ACTOR)
        if place % 5 == 1:
            day = reservation.service_date
            liked = service.Preferences("", "", _(WISHES[place // 5 % len(WISHES)]), day.day, day.month)
            service.keep_preferences(guest, liked, actor=ACTOR)
        if place % 10 == 2:
            service.record_health(guest, HealthNature.ALLERGY, _("Arachides"), consented=True, actor=ACTOR)


def _coming_guests() -> list[tuple[Reservation, Person]]:
    query = sa.select(Reservation, Person).where(
        Reservation.guest_id == Person.id,
        Reservation.state == ReservationState.CONFIRMED,
        Reservation.starts_at > clock.now(),
    )
    ordered = query.order_by(Reservation.starts_at, Reservation.reference).limit(KNOWN)
    return [(reservation, guest) for reservation, guest in db.session.execute(ordered)]

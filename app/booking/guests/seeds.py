"""The tags a house begins with."""

from app.booking.models import TagTone
from app.booking.queries.guests import tags
from app.booking.service.guests import keep_tag
from app.kernel.access import system
from app.kernel.languages import N_, _
from app.kernel.seeds import REFERENCE, seed

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
            keep_tag(None, _(name), tone, actor=system("seed"))

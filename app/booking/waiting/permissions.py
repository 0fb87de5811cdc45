"""The acts on the waiting list, and what the bearer of a link may do with their own entry."""

from app.booking.models import WaitingEntry
from app.booking.permissions import TEAM
from app.kernel.access import Actor, in_words, permission
from app.kernel.languages import N_

WAITING_LINK = "booking.waiting"

VIEW_WAITING = permission("booking.view_waiting", N_("Voir la liste d’attente"), seed=(*TEAM, "auditor"))
KEEP_WAITING = permission(
    "booking.keep_waiting", N_("Tenir la liste d’attente : inscrire, proposer une place, retirer"), seed=TEAM
)
WAIT = permission("booking.wait", N_("Répondre pour une inscription en liste d’attente, la retirer"), seed=TEAM)


@WAIT.also
@in_words(N_("C’est sa propre inscription."))
def guest_is_logged_in(actor: Actor, record: object) -> bool:
    """Let a user whose address is proved follow their own entry."""
    return isinstance(record, WaitingEntry) and actor.is_person(record.guest_id)


@WAIT.also
@in_words(N_("La personne est venue par le lien de cette inscription."))
def guest_bears_its_link(actor: Actor, record: object) -> bool:
    """Let whoever came by the entry's own link follow it."""
    return isinstance(record, WaitingEntry) and actor.bears(WAITING_LINK, record)

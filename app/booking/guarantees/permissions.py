"""Who may ask for guarantees, and who sees what becomes of their own."""

from app.booking.models import Guarantee
from app.booking.permissions import GUEST_LINK, SEE, TEAM
from app.kernel.access import Actor, in_words, permission
from app.kernel.languages import N_
from app.payments.permissions import PAY_LINK

GUARANTEE = permission("booking.guarantee", N_("Demander une garantie, débiter une absence"), seed=TEAM)


@SEE.also
@in_words(N_("La personne est venue par le lien de paiement de cette réservation."))
def payer_bears_its_link(actor: Actor, record: object) -> bool:
    """Let whoever came by the link of its payment, or is known as who pays, come back to the reservation."""
    return isinstance(record, Guarantee) and (
        actor.bears(PAY_LINK, record.receivable) or actor.is_person(record.receivable.person_id)
    )


@SEE.also
@in_words(N_("La personne est venue par le lien de cette réservation."))
def guest_bears_the_link_of_its_reservation(actor: Actor, record: object) -> bool:
    """Let whoever manages a reservation pay what is left of its guarantee."""
    return isinstance(record, Guarantee) and actor.bears(GUEST_LINK, record.reservation)

"""The acts of the booking slice, and what the bearer of a link may do with one's own reservation."""

from app.booking.models import Reservation
from app.directory.models import Person
from app.kernel.access import Actor, permission
from app.kernel.languages import N_

GUEST_LINK = "booking.manage"

TEAM = ("administrator", "manager", "host")

VIEW = permission("booking.view", N_("Voir les réservations"), seed=(*TEAM, "waiter"))
VIEW_CONTACT = permission("booking.view_contact", N_("Voir les coordonnées des clients"), seed=TEAM)
CREATE = permission("booking.create", N_("Saisir une réservation"), seed=TEAM)
CHANGE = permission("booking.change", N_("Modifier une réservation"), seed=TEAM)
CANCEL = permission("booking.cancel", N_("Annuler une réservation"), seed=TEAM)
WELCOME = permission("booking.welcome", N_("Confirmer, installer, noter une absence"), seed=(*TEAM, "waiter"))
FORCE = permission("booking.force", N_("Passer outre une règle de la maison"), seed=("administrator", "manager"))
NOTE = permission("booking.note", N_("Écrire une note interne"), seed=(*TEAM, "waiter"))
VIEW_DEMAND = permission("booking.view_demand", N_("Voir la demande"), seed=("administrator", "manager"))
CONFIGURE = permission(
    "booking.configure", N_("Régler la salle, les services et les règles"), seed=("administrator", "manager")
)
SEE = permission("booking.see", N_("Voir sa propre réservation"), seed=())


@SEE.also
@CHANGE.also
@CANCEL.also
def guest_is_logged_in(actor: Actor, record: object) -> bool:
    """Let a user whose address is proved act on their own reservations, and see them together on their own page."""
    if isinstance(record, Reservation):
        return actor.is_person(record.guest_id)
    return isinstance(record, Person) and actor.is_person(record.id)


@SEE.also
@CHANGE.also
@CANCEL.also
def guest_bears_its_link(actor: Actor, record: object) -> bool:
    """Let whoever came by the reservation's own link act on it; the service checks what time still allows."""
    return isinstance(record, Reservation) and actor.bears(GUEST_LINK, record)

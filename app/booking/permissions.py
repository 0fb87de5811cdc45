"""The acts of the booking slice, and what the bearer of a link may do with one's own reservation."""

from datetime import date, timedelta

from app.booking.models import Reservation
from app.directory.models import Establishment, Person
from app.kernel import clock
from app.kernel.access import Actor, FieldGroup, chapter, in_words, permission
from app.kernel.languages import N_
from app.kernel.scopes import Scope, scope_kind

chapter("booking", N_("Réservations"))

GUEST_LINK = "booking.manage"

TEAM = ("administrator", "manager", "host")

TONIGHT = "tonight"
NIGHT_ENDS = timedelta(hours=5)

VIEW = permission("booking.view", N_("Voir les réservations"), seed=(*TEAM, "auditor"))
VIEW_TONIGHT = VIEW.narrowed(
    TONIGHT, "booking.view_tonight", N_("Voir les réservations du jour seulement"), seed=("waiter",)
)
VIEW_CONTACT = permission(
    "booking.view_contact", N_("Voir les coordonnées des clients"), seed=TEAM, group=FieldGroup.CONTACT
)
CREATE = permission("booking.create", N_("Saisir une réservation"), seed=TEAM)
CHANGE = permission("booking.change", N_("Modifier une réservation"), seed=TEAM)
CANCEL = permission("booking.cancel", N_("Annuler une réservation"), seed=TEAM)
WELCOME = permission("booking.welcome", N_("Confirmer, installer, noter une absence"), seed=TEAM)
SERVE = permission("booking.serve", N_("Noter où en est le repas"), seed=TEAM)
SERVE_TONIGHT = SERVE.narrowed(
    TONIGHT, "booking.serve_tonight", N_("Noter où en est le repas, le jour même seulement"), seed=("waiter",)
)
FORCE = permission("booking.force", N_("Passer outre une règle de la maison"), seed=("administrator", "manager"))
NOTE = permission("booking.note", N_("Écrire une note interne"), seed=TEAM)
PAUSE = permission("booking.pause", N_("Suspendre les réservations en ligne"), seed=TEAM)
VIEW_DEMAND = permission("booking.view_demand", N_("Voir la demande"), seed=("administrator", "manager", "auditor"))
CONFIGURE = permission(
    "booking.configure", N_("Régler la salle, les services et les règles"), seed=("administrator", "manager")
)
SEE = permission("booking.see", N_("Voir sa propre réservation"), seed=())


def day_under_way(establishment: Establishment) -> date:
    """Give the service date the room lives in: until five in the morning, still the day before's."""
    return (clock.local(clock.now(), establishment.timezone) - NIGHT_ENDS).date()


def _under_way_at(record: object) -> list[str]:
    if not isinstance(record, Reservation) or record.service_date != day_under_way(record.establishment):
        return []
    return ["", str(record.establishment_id)]


def may_view_in(actor: Actor, establishment: Establishment) -> bool:
    """Tell whether somebody sees reservations of a house, were it those of the day under way alone."""
    tonight = {Scope(TONIGHT), Scope(TONIGHT, str(establishment.id))}
    return actor.may(VIEW, establishment) or bool(tonight & actor.scopes(VIEW))


scope_kind(TONIGHT, N_("Le jour même"), _under_way_at)


@SEE.also
@CHANGE.also
@CANCEL.also
@in_words(N_("C’est sa propre réservation."))
def guest_is_logged_in(actor: Actor, record: object) -> bool:
    """Let a user whose address is proved act on their own reservations, and see them together on their own page."""
    if isinstance(record, Reservation):
        return actor.is_person(record.guest_id)
    return isinstance(record, Person) and actor.is_person(record.id)


@SEE.also
@CHANGE.also
@CANCEL.also
@in_words(N_("La personne est venue par le lien de cette réservation."))
def guest_bears_its_link(actor: Actor, record: object) -> bool:
    """Let whoever came by the reservation's own link act on it; the service checks what time still allows."""
    return isinstance(record, Reservation) and actor.bears(GUEST_LINK, record)

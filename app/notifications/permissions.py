"""Who may read what was sent to whom, and have an address written to again."""

from app.kernel.access import FieldGroup, chapter, permission
from app.kernel.languages import N_

chapter("notifications", N_("Messages"))

VIEW = permission(
    "notifications.view", N_("Voir les messages envoyés"), seed=("administrator", "manager", "host", "auditor")
)
VIEW_CONTACT = permission(
    "notifications.view_contact",
    N_("Voir les adresses des messages"),
    seed=("administrator", "manager", "host"),
    group=FieldGroup.CONTACT,
)
LIFT = permission("notifications.lift", N_("Rétablir une adresse écartée"), seed=("administrator", "manager"))
WORD = permission("notifications.word", N_("Changer les textes des courriers"), seed=("administrator", "manager"))
CONNECT = permission("notifications.connect", N_("Relier une messagerie d’équipe"), seed=("administrator",))
CONFIGURE = permission("notifications.configure", N_("Régler les avis par défaut"), seed=("administrator", "manager"))

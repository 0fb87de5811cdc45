"""Who reads what was said, and answers it."""

from app.kernel.access import FieldGroup, chapter, permission
from app.kernel.languages import N_

chapter("feedback", N_("Avis des visiteurs"))

TEAM = ("administrator", "manager")

VIEW = permission("feedback.view", N_("Lire les avis des visiteurs"), seed=(*TEAM, "auditor"))
VIEW_CONTACT = permission(
    "feedback.view_contact", N_("Voir à quelle adresse répondre"), seed=TEAM, group=FieldGroup.CONTACT
)
HANDLE = permission("feedback.handle", N_("Traiter les avis des visiteurs"), seed=TEAM)

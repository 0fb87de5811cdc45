"""Settings of the slice: how soon people are told while they chose nothing."""

from app.kernel.languages import N_
from app.kernel.notices import Mode
from app.kernel.settings import setting

AS_DECLARED = ""
EMAIL_MODE = setting(
    "notifications.email_mode",
    N_("Avis par e-mail, tant que la personne n’a rien choisi"),
    AS_DECLARED,
    levels=("installation", "role"),
    page="notifications",
    choices=((AS_DECLARED, N_("Comme le prévoit chaque avis")), *((mode.value, mode.source_label) for mode in Mode)),
)

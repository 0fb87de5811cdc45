"""Settings of the slice: how soon people are told while they chose nothing."""

from app.kernel.languages import N_
from app.kernel.notices import Mode
from app.kernel.settings import INSTALLATION, setting

AS_DECLARED = ""
EVERYBODY = ""
EMAIL_MODE = setting(
    "notifications.email_mode",
    N_("Avis par e-mail, tant que la personne n’a rien choisi"),
    AS_DECLARED,
    levels=(INSTALLATION, "role"),
    page="notifications",
    choices=((AS_DECLARED, N_("Comme le prévoit chaque avis")), *((mode.value, mode.source_label) for mode in Mode)),
)


def default_of(holder: str) -> str:
    """Give what was chosen for a role itself, or for everybody; empty when nothing was."""
    level = INSTALLATION if holder == EVERYBODY else "role"
    return EMAIL_MODE.kept_at(level, holder) or AS_DECLARED

"""Settings of accounts."""

from app.kernel.languages import N_
from app.kernel.settings import setting

SESSION_DAYS = setting(
    "accounts.session_days",
    N_("Durée d’une connexion, en jours"),
    30,
    page="security",
    check=lambda days: 1 <= days <= 365,
)
LOGIN_ATTEMPTS = setting(
    "accounts.login_attempts",
    N_("Connexions manquées avant d’attendre"),
    5,
    page="security",
    hint=N_("Par compte et par réseau, sur un quart d’heure."),
    check=lambda count: 1 <= count <= 1000,
)

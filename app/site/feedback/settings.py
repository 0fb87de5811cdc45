"""How often one address may speak."""

from app.kernel.languages import N_
from app.kernel.settings import setting

FEEDBACK_LIMIT = setting(
    "limits.feedback",
    N_("Avis laissés par adresse, par heure"),
    10,
    page="security",
    check=lambda count: 1 <= count <= 1_000_000,
)


def feedback_limit() -> str:
    """Give the limit, in Flask-Limiter's words."""
    return f"{FEEDBACK_LIMIT.value()} per hour"

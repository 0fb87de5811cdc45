"""The rule most tests begin with."""

from app.booking.guarantees.ruling import WantedRule
from app.booking.models import GuaranteeKind, GuaranteeWho
from app.payments.models import Purpose


def wanted(**changed) -> WantedRule:
    """Ten euros of arrhes a cover from six on, given back until 48 hours before."""
    usual = {
        "covers_from": 6, "covers_to": None, "weekdays": [], "shifts": ["Dîner"], "is_for_occasions": False,
        "who": GuaranteeWho.ANYBODY, "basis": GuaranteeKind.PER_COVER, "amount": 1000, "word": Purpose.PLEDGE,
        "free_hours": 48, "kept_percent": 100,
    }  # fmt: skip
    return WantedRule(**{**usual, **changed})

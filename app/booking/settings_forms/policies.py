"""The ways of seating, by their words: chosen for the house, or for one shift."""

from typing import Any

from wtforms import Field, SelectField, ValidationError

from app.booking.seating import PolicyName
from app.kernel.forms import translated
from app.kernel.languages import N_, _

POLICIES = (
    (PolicyName.GUARDED.value, N_("Déplacer des réservations à venir")),
    (PolicyName.BEST_FIT.value, N_("Ne déplacer personne")),
    (PolicyName.EXACT.value, N_("Ne refuser que l’impossible")),
)
OWN_POLICIES = (("", N_("Comme la maison")), *POLICIES)


def policy_field() -> Any:
    """Give the field of a shift's own policy: the house's way unless something else is chosen."""
    label = translated(N_("Placer les convives"))
    return SelectField(label, [_offered], choices=_own_policies, validate_choice=False)


def _own_policies() -> list[tuple[str, str]]:
    return [(code, _(name)) for code, name in OWN_POLICIES]


def _offered(_form: object, field: Field) -> None:
    if (field.data or "") not in dict(OWN_POLICIES):
        raise ValidationError(_("Choisissez l’une des façons de placer."))

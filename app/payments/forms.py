"""Shape of what is typed about money: amounts in euros with a comma or a point, reasons, days."""

import secrets
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from app.kernel.fields import EurosField
from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_, _
from app.kernel.settings import Setting
from app.payments import settings as declared
from app.payments.models import BY_HAND, Method


class AmountForm(FlaskForm):
    """An amount, in cents once read; `key` makes a form sent twice count once."""

    amount = EurosField(N_("Montant en euros"))
    key = HiddenField(default=lambda: secrets.token_hex(12), validators=[Length(max=40)])


def _reason(need: str) -> StringField:
    return StringField(
        translated(N_("Motif")),
        [InputRequired(translated(need)), Length(max=300), no_control_characters],
        filters=[tidy],
        render_kw={"maxlength": 300},
    )


class RefundForm(AmountForm):
    """How much goes back, and why."""

    reason = _reason(N_("Dites pourquoi : le motif reste avec le remboursement."))


class ChargeForm(AmountForm):
    """How much is taken on a card that was kept, and for what."""

    reason = _reason(N_("Dites pour quoi : le client le lira."))


class ReasonForm(FlaskForm):
    """Why something is undone or forgone."""

    reason = _reason(N_("Dites pourquoi : le motif reste au journal."))


class ReceiptForm(AmountForm):
    """Money received by hand."""

    method = SelectField(translated(N_("Moyen")), choices=lambda: [(method.value, method.label) for method in BY_HAND])
    reference = StringField(
        translated(N_("Référence")),
        [Length(max=120), no_control_characters],
        filters=[tidy],
        description=translated(N_("Numéro du chèque ou du virement, s’il y en a un.")),
    )

    def chosen(self) -> Method:
        """Give the method chosen, once the form is valid."""
        return Method(self.method.data)


class DayForm(FlaskForm):
    """A day to close; `agreed` names the day under way that somebody wants closed although it is not over."""

    day = DateField(translated(N_("Journée")), [InputRequired(translated(N_("Choisissez un jour.")))])
    agreed = HiddenField(validators=[Length(max=10)])

    @property
    def is_agreed(self) -> bool:
        """Tell whether the very day that was asked about is the one to close."""
        return self.day.data is not None and self.agreed.data == self.day.data.isoformat()


class PeriodForm(FlaskForm):
    """The days of an export."""

    first = DateField(translated(N_("Du")), [InputRequired(translated(N_("Choisissez le premier jour.")))])
    last = DateField(translated(N_("Au")), [InputRequired(translated(N_("Choisissez le dernier jour.")))])

    def validate_last(self, field: Field) -> None:
        """Refuse a span that ends before it begins."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("Le dernier jour vient avant le premier."))


SETTINGS: dict[str, Setting[Any]] = {
    "pay_minutes": declared.PAY_MINUTES,
    "four_eyes_above": declared.FOUR_EYES_ABOVE,
    "account_card": declared.ACCOUNT_CARD,
    "account_cash": declared.ACCOUNT_CASH,
    "account_cheque": declared.ACCOUNT_CHEQUE,
    "account_bank": declared.ACCOUNT_BANK,
    "account_advances": declared.ACCOUNT_ADVANCES,
    "account_fees": declared.ACCOUNT_FEES,
}


class SettingsForm(FlaskForm):
    """How the house asks for money, gives it back, and books it."""

    pay_minutes = StringField(translated(declared.PAY_MINUTES.label), filters=[tidy])
    four_eyes_above = StringField(translated(declared.FOUR_EYES_ABOVE.label), filters=[tidy])
    account_card = StringField(translated(declared.ACCOUNT_CARD.label), filters=[tidy])
    account_cash = StringField(translated(declared.ACCOUNT_CASH.label), filters=[tidy])
    account_cheque = StringField(translated(declared.ACCOUNT_CHEQUE.label), filters=[tidy])
    account_bank = StringField(translated(declared.ACCOUNT_BANK.label), filters=[tidy])
    account_advances = StringField(translated(declared.ACCOUNT_ADVANCES.label), filters=[tidy])
    account_fees = StringField(translated(declared.ACCOUNT_FEES.label), filters=[tidy])

    @classmethod
    def of(cls, establishment_id: str) -> "SettingsForm":
        """Show what holds for this house."""
        shown = {name: str(kept.value(establishment=establishment_id)) for name, kept in SETTINGS.items()}
        return cls(formdata=None, data=shown)

    def wanted(self) -> dict[str, tuple[Setting[Any], str]]:
        """Give what was typed for each setting."""
        return {name: (setting, self[name].data or "") for name, setting in SETTINGS.items()}

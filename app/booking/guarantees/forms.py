"""Shape of what is typed about guarantees: a rule of the house, one asked by hand, an absence charged, a debt."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms import SelectMultipleField as ManyField
from wtforms.validators import InputRequired, Length

from app.booking.guarantees.ruling import WantedRule, names_without_shift
from app.booking.models import GuaranteeKind, GuaranteeRule, GuaranteeWho
from app.booking.opening import plain_name, plain_names
from app.booking.settings_forms.fields import SettingsForm
from app.kernel.choices import Choice
from app.kernel.fields import EurosField, WholeField
from app.kernel.formats import short_weekdays
from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_, _
from app.payments.models import Purpose

ISO_WEEKDAYS = {"1", "2", "3", "4", "5", "6", "7"}
WORDS = (Purpose.PLEDGE, Purpose.DEPOSIT)
MOST_HOURS = 24 * 60


def _choices(choice: type[Choice]) -> Any:
    return lambda: [(each.value, each.label) for each in choice]


class RuleForm(SettingsForm):
    """One rule of the house."""

    covers_from = WholeField(N_("À partir de, en couverts"), least=1, most=200)
    covers_to = WholeField(N_("Jusqu’à, en couverts"), least=1, most=200, needed=False)
    weekdays = ManyField(translated(N_("Jours")), coerce=str, validate_choice=False)
    shifts = ManyField(translated(N_("Services")), coerce=str, validate_choice=False)
    is_for_occasions = BooleanField(translated(N_("Seulement pour les soirées annoncées au calendrier")))
    who = SelectField(translated(N_("À qui")), choices=_choices(GuaranteeWho))
    basis = RadioField(translated(N_("Ce qui est demandé")), choices=_choices(GuaranteeKind))
    amount = EurosField(N_("Montant en euros"))
    word = RadioField(translated(N_("Le mot de la loi")), choices=lambda: [(word.value, word.label) for word in WORDS])
    free_hours = WholeField(N_("Rendu jusqu’à, en heures avant le repas"), most=MOST_HOURS)
    kept_percent = WholeField(N_("Gardé ensuite, en pour cent"), most=100)

    def __init__(self, names: list[str], rule: GuaranteeRule | None = None, **options: Any) -> None:
        """Show a rule, or the one most houses begin with; `names` are those shifts go by."""
        super().__init__(data=_shown(rule, names), **options)
        gone = names_without_shift(rule, names) if rule else []
        self.shifts.choices = [
            *((name, name) for name in names),
            *((name, _("%(name)s (n’existe plus)", name=name)) for name in gone),
        ]
        self.weekdays.choices = [(str(day), long) for day, (_short, long) in enumerate(short_weekdays(), start=1)]

    def wanted(self) -> WantedRule:
        """Give the rule as it should be, once the form is valid."""
        return WantedRule(
            covers_from=self.covers_from.data,
            covers_to=self.covers_to.data,
            weekdays=sorted(int(day) for day in self.weekdays.data or () if day in ISO_WEEKDAYS),
            shifts=list(self.shifts.data or ()),
            is_for_occasions=self.is_for_occasions.data,
            who=GuaranteeWho(self.who.data),
            basis=GuaranteeKind(self.basis.data),
            amount=self.amount.data,
            word=Purpose(self.word.data),
            free_hours=self.free_hours.data,
            kept_percent=self.kept_percent.data,
        )


def _shown(rule: GuaranteeRule | None, names: list[str]) -> dict[str, Any]:
    if rule is None:
        return {
            "covers_from": 8,
            "who": GuaranteeWho.ANYBODY.value,
            "basis": GuaranteeKind.PER_COVER.value,
            "word": Purpose.PLEDGE.value,
            "free_hours": 48,
            "kept_percent": 100,
        }
    gone = names_without_shift(rule, names)
    return {
        "covers_from": rule.covers_from,
        "covers_to": rule.covers_to,
        "weekdays": [str(day) for day in rule.weekdays],
        "shifts": [*(name for name in names if plain_name(name) in plain_names(rule.shifts)), *gone],
        "is_for_occasions": rule.is_for_occasions,
        "who": rule.who.value,
        "basis": rule.basis.value,
        "amount": rule.amount,
        "word": rule.word.value,
        "free_hours": rule.free_hours,
        "kept_percent": rule.kept_percent,
    }


class HandForm(SettingsForm):
    """A guarantee asked by the team for a table that is promised."""

    purpose = RadioField(
        translated(N_("À titre de")),
        choices=lambda: [(each.value, each.label) for each in (*WORDS, Purpose.IMPRINT)],
        default=Purpose.PLEDGE.value,
    )
    amount = EurosField(N_("Montant par couvert, en euros"))
    free_hours = WholeField(N_("Rendu jusqu’à, en heures avant le repas"), most=MOST_HOURS)
    kept_percent = WholeField(N_("Gardé ensuite, en pour cent"), most=100)
    minutes = SelectField(
        translated(N_("À payer sous")),
        choices=lambda: [
            ("60", _("une heure")), ("240", _("quatre heures")), ("1440", _("un jour")), ("2880", _("deux jours"))
        ],
        default="1440",
    )  # fmt: skip


class AbsenceForm(FlaskForm):
    """What is charged to a guest who did not come."""

    amount = EurosField(N_("Montant en euros"))


class DebtForm(FlaskForm):
    """Why the house owes more than was paid."""

    reason = StringField(
        translated(N_("Motif")),
        [
            InputRequired(translated(N_("Dites pourquoi : le motif reste au journal."))),
            Length(max=300),
            no_control_characters,
        ],
        filters=[tidy],
        render_kw={"maxlength": 300},
    )

"""Shape of what is typed to bill: lines, dates, parties, legal rows. What was typed is shown again as it was."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, FieldList, Form, FormField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import TextInput

from app.invoices.documents import rate_words
from app.invoices.identifiers import compact
from app.invoices.mentions import WORDING_LABELS
from app.invoices.models import (
    Invoice,
    InvoiceKind,
    Issuer,
    LegalForm,
    Operation,
    Recipient,
    RecipientKind,
    Unit,
    VatRate,
)
from app.invoices.service import InvoiceWanted, IssuerWanted, LineWanted, RecipientWanted
from app.invoices.service.law import RateWanted
from app.kernel.choices import Choice
from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import LANGUAGES, N_, _

NEEDED = translated(N_("Ce champ est nécessaire."))
FEWEST_LINES, FREE_LINES, MOST_LINES = 3, 3, 200
MOST_EUROS, MOST_PIECES = Decimal(1_000_000), Decimal(100_000)
KINDS = (InvoiceKind.INVOICE, InvoiceKind.DEPOSIT)


def line(label: str, most: int, *, needed: bool = True, number: bool = False, **attributes: Any) -> StringField:
    """Declare a line of text; a number loses the spaces people write in it."""
    checks = [Length(max=most, message=translated(N_("%(max)d caractères au plus."))), no_control_characters]
    return StringField(
        translated(label),
        [InputRequired(NEEDED), *checks] if needed else checks,
        filters=[tidy, compact] if number else [tidy],
        render_kw=attributes or None,
    )


def named(choices: Iterable[Choice]) -> list[tuple[str, str]]:
    """Give the members of an enumeration with their labels, in the reader's language."""
    return [(each.value, each.label) for each in choices]


def rate_choice(rate: VatRate) -> str:
    """Say a rate where one chooses: "Taux normal, 20 %"."""
    label = _(rate.label)
    return _("%(label)s, %(rate)s", label=label, rate=rate_words(rate.rate)) if rate.rate else label


class TypedField(Field):
    """A text read into a value; what cannot be read is shown again as it was typed, with why."""

    widget = TextInput()

    def __init__(self, label: str = "", *, needed: bool = True, **options: Any) -> None:
        """Declare the field; one that is not needed may be left empty."""
        super().__init__(translated(label), **options)
        self.needed = needed
        if needed:
            self.flags.required = True

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed. Raises ValueError in the reader's language."""
        typed = tidy(valuelist[0]) if valuelist else ""
        self.data = None
        if typed:
            self.data = self.read(typed)
        elif self.needed:
            raise ValueError(_("Ce champ est nécessaire."))

    def read(self, typed: str) -> Any:
        """Read a text into the field's value."""
        raise NotImplementedError

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data).replace(".", ",")


class DecimalField(TypedField):
    """A number with a comma or a point: "1 250,50"."""

    def __init__(
        self, label: str = "", *, most: Decimal, places: int, least: Decimal = Decimal(0), **options: Any
    ) -> None:
        """Declare the bounds, and how many figures may follow the comma."""
        options.setdefault("render_kw", {"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label, **options)
        self.least, self.most, self.places = least, most, places

    def read(self, typed: str) -> Decimal:
        """Read the number."""
        plain = re.sub(r"[\s\u00a0\u202f€%]", "", typed).replace(",", ".")
        if not re.fullmatch(rf"-?[0-9]{{1,9}}(\.[0-9]{{1,{self.places}}})?", plain):
            raise ValueError(_("Indiquez un nombre, avec %(places)s décimales au plus.", places=self.places))
        number = Decimal(plain)
        if not self.least <= number <= self.most:
            raise ValueError(_("Un nombre de %(least)s à %(most)s est attendu.", least=self.least, most=self.most))
        return number


class DayField(TypedField):
    """A date of the calendar, YYYY-MM-DD."""

    def __init__(self, label: str = "", **options: Any) -> None:
        """Declare the field; browsers offer a calendar."""
        super().__init__(label, **{"render_kw": {"type": "date"}, **options})

    def read(self, typed: str) -> date:
        """Read the date."""
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
                return date.fromisoformat(typed)
        except ValueError as error:
            raise ValueError(_("Cette date n’existe pas.")) from error
        raise ValueError(_("Indiquez la date sous la forme 2026-12-24."))


class LineForm(Form):
    """One line of an invoice; a line left free counts for nothing."""

    label = line(N_("Désignation"), 200, needed=False)
    quantity = DecimalField(N_("Quantité"), least=-MOST_PIECES, most=MOST_PIECES, places=4, needed=False)
    unit = SelectField(translated(N_("Unité")))
    unit_price = DecimalField(N_("Prix unitaire HT, en euros"), most=MOST_EUROS, places=2, needed=False)
    vat = SelectField(translated(N_("TVA")))

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed here."""
        typed = (self.label, self.quantity, self.unit_price)
        return not any(field.raw_data and field.raw_data[0].strip() for field in typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the whole of a line, or nothing of it."""
        sound = bool(super().validate(extra_validators))
        if self.is_empty:
            return sound
        for field in (self.label, self.quantity, self.unit_price):
            if field.data in (None, "") and not field.errors:
                field.errors = [_("Complétez ou videz cette ligne.")]
        if self.quantity.data == 0:
            self.quantity.errors = [_("Une quantité nulle ne se facture pas.")]
        return not self.errors

    def wanted(self) -> LineWanted:
        """Give the line, once the form is valid."""
        cents = int(self.unit_price.data * 100)
        return LineWanted(self.label.data or "", self.quantity.data, cents, self.vat.data, Unit(self.unit.data))


class InvoiceForm(FlaskForm):
    """A draft: for whom, when, what. `form_errors` holds what is about no field."""

    kind = RadioField(translated(N_("Nature")))
    recipient = SelectField(translated(N_("Destinataire")), [InputRequired(NEEDED)])
    supply_date = DayField(N_("Date de la prestation ou de la livraison"))
    due_date = DayField(N_("Échéance"), needed=False)
    operation = SelectField(translated(N_("Nature de l’opération")))
    language = SelectField(translated(N_("Langue")))
    deposit = SelectField(translated(N_("Acompte à déduire")), [Optional()])
    order_reference = line(N_("Commande du client"), 80, needed=False)
    reference = line(N_("Référence"), 80, needed=False)
    note = TextAreaField(
        translated(N_("Mot au client")),
        [Length(max=500, message=translated(N_("%(max)d caractères au plus."))), no_control_characters],
        filters=[tidy],
    )
    lines = FieldList(FormField(LineForm), max_entries=MOST_LINES)

    def __init__(self, **options: Any) -> None:
        """Offer what does not depend on the house."""
        super().__init__(**options)
        self.kind.choices, self.operation.choices = named(KINDS), named(Operation)
        self.language.choices = list(LANGUAGES.items())

    def offer(self, recipients: list[Recipient], rates: Iterable[VatRate], deposits: list[Invoice]) -> None:
        """Offer whom the house bills, the rates of the day, the deposits to deduct; leave free lines to fill."""
        self.recipient.choices = [(each.id.hex, each.name) for each in recipients]
        self.deposit.choices = [("", _("Aucun")), *((each.id.hex, each.number or "") for each in deposits)]
        while len(self.lines) < FEWEST_LINES:
            self.lines.append_entry({})
        choices = [(rate.key, rate_choice(rate)) for rate in rates]
        for entry in self.lines:
            entry.form.unit.choices, entry.form.vat.choices = named(Unit), choices

    def add_free_lines(self) -> None:
        """Leave room for more, up to the limit."""
        for _free in range(min(FREE_LINES, MOST_LINES - len(self.lines))):
            self.lines.append_entry({})

    def show(self, invoice: Invoice) -> None:
        """Show a draft as it stands."""
        for entry in invoice.lines:
            price = Decimal(entry.unit_price) / 100
            self.lines.append_entry(
                {
                    "label": entry.label,
                    "quantity": entry.quantity.normalize(),
                    "unit": entry.unit.value,
                    "unit_price": price.quantize(Decimal("0.01")),
                    "vat": entry.vat_key,
                }
            )

    def wanted(self, deposit: Invoice | None) -> InvoiceWanted:
        """Give the draft as it should be, once the form is valid."""
        return InvoiceWanted(
            lines=[entry.form.wanted() for entry in self.lines if not entry.form.is_empty],
            supply_date=self.supply_date.data,
            due_date=self.due_date.data,
            language=self.language.data,
            operation=Operation(self.operation.data),
            order_reference=self.order_reference.data or "",
            reference=self.reference.data or "",
            note=self.note.data or "",
            deposit=deposit,
        )


class RecipientForm(FlaskForm):
    """Somebody who is billed."""

    recipient_kind = RadioField(translated(N_("Qui est facturé")))
    name = line(N_("Nom ou dénomination"), 120)
    siren = line(N_("SIREN"), 9, needed=False, number=True, inputmode="numeric")
    vat_number = line(N_("Numéro de TVA intracommunautaire"), 20, needed=False, number=True)
    address_line1 = line(N_("Adresse"), 120, needed=False)
    address_line2 = line(N_("Complément d’adresse"), 120, needed=False)
    postal_code = line(N_("Code postal"), 12, needed=False)
    city = line(N_("Ville"), 80, needed=False)
    country = line(N_("Pays, en deux lettres"), 2, number=True)
    email = line(N_("Adresse e-mail"), 254, needed=False, type="email")
    language = SelectField(translated(N_("Langue")))

    def __init__(self, **options: Any) -> None:
        """Offer the kinds and the languages."""
        super().__init__(**options)
        self.recipient_kind.choices, self.language.choices = named(RecipientKind), list(LANGUAGES.items())

    def wanted(self) -> RecipientWanted:
        """Give the record as it should be, once the form is valid."""
        typed: dict[str, Any] = {
            field.name: field.data or "" for field in self if field.name not in ("csrf_token", "recipient_kind")
        }
        return RecipientWanted(RecipientKind(self.recipient_kind.data), **typed)


class IssuerForm(FlaskForm):
    """What invoices say of the house."""

    legal_name = line(N_("Dénomination sociale"), 120)
    legal_form = SelectField(translated(N_("Forme juridique")))
    capital = DecimalField(N_("Capital social, en euros"), most=Decimal(100_000_000), places=2, needed=False)
    siren = line(N_("SIREN"), 9, needed=False, number=True, inputmode="numeric")
    register_city = line(N_("Ville du RCS"), 80, needed=False)
    vat_number = line(N_("Numéro de TVA intracommunautaire"), 20, needed=False, number=True)
    vat_on_debits = BooleanField(translated(N_("La TVA est payée d’après les débits (option).")))
    address_line1 = line(N_("Adresse du siège"), 120, needed=False)
    address_line2 = line(N_("Complément d’adresse"), 120, needed=False)
    postal_code = line(N_("Code postal"), 12, needed=False)
    city = line(N_("Ville"), 80, needed=False)
    country = line(N_("Pays, en deux lettres"), 2, number=True)
    email = line(N_("Adresse e-mail de la comptabilité"), 254, needed=False, type="email")
    iban = line(N_("IBAN"), 34, needed=False, number=True)
    bic = line(N_("BIC"), 11, needed=False, number=True)
    payment_days = DecimalField(N_("Délai de paiement, en jours"), most=Decimal(60), places=1)

    def __init__(self, **options: Any) -> None:
        """Offer the legal forms."""
        super().__init__(**options)
        self.legal_form.choices = named(LegalForm)

    def show(self, issuer: Issuer) -> None:
        """Show what is kept."""
        if issuer.capital is not None:
            self.capital.data = (Decimal(issuer.capital) / 100).quantize(Decimal("0.01"))
        self.legal_form.data = issuer.legal_form.value

    def wanted(self) -> IssuerWanted:
        """Give what should be kept, once the form is valid."""
        plain = ("legal_name", "siren", "register_city", "vat_number", "address_line1", "address_line2", "postal_code")
        texts = {name: self[name].data or "" for name in (*plain, "city", "country", "email", "iban", "bic")}
        return IssuerWanted(
            **texts,
            legal_form=LegalForm(self.legal_form.data),
            capital=None if self.capital.data is None else int(self.capital.data * 100),
            vat_on_debits=bool(self.vat_on_debits.data),
            payment_days=int(self.payment_days.data),
        )


class RateForm(FlaskForm):
    """A rate from a day on."""

    key = SelectField(translated(N_("Taux")))
    rate = DecimalField(N_("Pour cent"), most=Decimal(100), places=2)
    valid_from = DayField(N_("À partir du"))
    source = line(N_("Texte qui le dit"), 200)

    def wanted(self) -> RateWanted:
        """Give the row, once the form is valid."""
        return RateWanted(self.key.data, int(self.rate.data * 100), self.valid_from.data, self.source.data or "")


class WordingForm(FlaskForm):
    """A legal wording from a day on; none at all ends the obligation."""

    key = SelectField(translated(N_("Mention")))
    language = SelectField(translated(N_("Langue")))
    text = TextAreaField(
        translated(N_("Mots imprimés")),
        [Length(max=500, message=translated(N_("%(max)d caractères au plus."))), no_control_characters],
        filters=[tidy],
    )
    valid_from = DayField(N_("À partir du"))
    source = line(N_("Texte qui le dit"), 200)

    def __init__(self, **options: Any) -> None:
        """Offer the mentions and the languages."""
        super().__init__(**options)
        self.key.choices = [(key, _(label)) for key, label in WORDING_LABELS.items()]
        self.language.choices = list(LANGUAGES.items())


class SendingForm(FlaskForm):
    """Where a paper is sent."""

    address = line(N_("Adresse e-mail"), 254, type="email", autocomplete="off")

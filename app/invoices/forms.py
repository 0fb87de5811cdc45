"""Shape of what is typed to bill: lines, dates, parties, legal rows. What was typed is shown again as it was."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, RadioField, SelectField, ValidationError
from wtforms import SelectMultipleField as ManyField
from wtforms.validators import InputRequired

from app.invoices.documents import rate_words
from app.invoices.identifiers import compact
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
from app.invoices.queries import Left
from app.invoices.service import InvoiceWanted, IssuerWanted, LineWanted, RecipientWanted
from app.invoices.service.law import RateWanted
from app.kernel.fields import NEEDED, DayField, DecimalField, line, named, words
from app.kernel.formats import euros, written_date
from app.kernel.forms import translated
from app.kernel.languages import LANGUAGES, N_, _
from app.kernel.law import label_of, legal_keys

FEWEST_LINES, FREE_LINES, MOST_LINES = 3, 3, 200
MOST_EUROS, MOST_PIECES = Decimal(1_000_000), Decimal(100_000)
KINDS = (InvoiceKind.INVOICE, InvoiceKind.DEPOSIT)


def rate_choice(rate: VatRate) -> str:
    """Say a rate where one chooses: "Taux normal, 20 %"."""
    label = _(rate.label)
    return _("%(label)s, %(rate)s", label=label, rate=rate_words(rate.rate)) if rate.rate else label


def _deposit_choice(left: Left) -> tuple[str, str]:
    """Say a deposit where one chooses, with what is left of it to deduct."""
    day = written_date(left.deposit.issue_date) if left.deposit.issue_date else ""
    words = _("%(number)s, %(amount)s, du %(day)s", number=left.deposit.number, amount=euros(left.amount), day=day)
    return left.deposit.id.hex, words


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
    deposits = ManyField(translated(N_("Acomptes à déduire")), validate_choice=False)
    order_reference = line(N_("Commande du client"), 80, needed=False)
    reference = line(N_("Référence"), 80, needed=False)
    note = words(N_("Mot au client"), 500)
    lines = FieldList(FormField(LineForm), max_entries=MOST_LINES)

    def __init__(self, **options: Any) -> None:
        """Offer what does not depend on the house."""
        super().__init__(**options)
        self.kind.choices, self.operation.choices = named(KINDS), named(Operation)
        self.language.choices = list(LANGUAGES.items())

    def validate_deposits(self, field: ManyField) -> None:
        """Refuse what was not offered, or is offered no more: another invoice deducts it meanwhile."""
        if not set(field.data or ()) <= {value for value, _label, *_more in field.iter_choices()}:
            raise ValidationError(_("Ce choix n’est pas, ou n’est plus, proposé."))

    def offer_deposits(self, deposits: Iterable[Left]) -> None:
        """Offer the deposits to deduct."""
        self.deposits.choices = [_deposit_choice(each) for each in deposits]

    def offer(self, recipients: list[Recipient], rates: Iterable[VatRate]) -> None:
        """Offer whom the house bills, and the rates of the day; leave free lines to fill."""
        self.recipient.choices = [(each.id.hex, each.name) for each in recipients]
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

    def wanted(self, deposits: Sequence[Invoice]) -> InvoiceWanted:
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
            deposits=deposits,
        )


class RecipientForm(FlaskForm):
    """Somebody who is billed."""

    recipient_kind = RadioField(translated(N_("Qui est facturé")))
    name = line(N_("Nom ou dénomination"), 120)
    siren = line(N_("SIREN"), 9, needed=False, filters=[compact], inputmode="numeric")
    vat_number = line(N_("Numéro de TVA intracommunautaire"), 20, needed=False, filters=[compact])
    address_line1 = line(N_("Adresse"), 120, needed=False)
    address_line2 = line(N_("Complément d’adresse"), 120, needed=False)
    postal_code = line(N_("Code postal"), 12, needed=False)
    city = line(N_("Ville"), 80, needed=False)
    country = line(N_("Pays, en deux lettres"), 2, filters=[compact])
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
    siren = line(N_("SIREN"), 9, needed=False, filters=[compact], inputmode="numeric")
    register_city = line(N_("Ville du RCS"), 80, needed=False)
    vat_number = line(N_("Numéro de TVA intracommunautaire"), 20, needed=False, filters=[compact])
    vat_on_debits = BooleanField(translated(N_("La TVA est payée d’après les débits (option).")))
    address_line1 = line(N_("Adresse du siège"), 120, needed=False)
    address_line2 = line(N_("Complément d’adresse"), 120, needed=False)
    postal_code = line(N_("Code postal"), 12, needed=False)
    city = line(N_("Ville"), 80, needed=False)
    country = line(N_("Pays, en deux lettres"), 2, filters=[compact])
    email = line(N_("Adresse e-mail de la comptabilité"), 254, needed=False, type="email")
    iban = line(N_("IBAN"), 34, needed=False, filters=[compact])
    bic = line(N_("BIC"), 11, needed=False, filters=[compact])
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
    text = words(N_("Mots imprimés"), 500)
    valid_from = DayField(N_("À partir du"))
    source = line(N_("Texte qui le dit"), 200)

    def __init__(self, **options: Any) -> None:
        """Offer the mentions and the languages."""
        super().__init__(**options)
        self.key.choices = [(key, label_of(key)) for key in legal_keys()]
        self.language.choices = list(LANGUAGES.items())


class SendingForm(FlaskForm):
    """Where a paper is sent."""

    address = line(N_("Adresse e-mail"), 254, type="email", autocomplete="off")

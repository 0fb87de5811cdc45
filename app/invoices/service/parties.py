"""Who bills and who is billed."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from uuid import UUID

from app.directory.models import Establishment
from app.invoices.events import IssuerDescribed, RecipientKept
from app.invoices.identifiers import COUNTRIES, is_bic, is_iban, is_siren, is_vat_number
from app.invoices.models import Issuer, LegalForm, Recipient, RecipientKind
from app.invoices.queries import issuer_of
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

FORGOTTEN = "—"


@dataclass(frozen=True)
class RecipientWanted:
    """What is known of somebody who is billed; numbers are compact, as `identifiers` gives them."""

    recipient_kind: RecipientKind
    name: str
    address_line1: str = ""
    address_line2: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "FR"
    siren: str = ""
    vat_number: str = ""
    email: str = ""
    language: str = "fr"
    person_id: UUID | None = None


@dataclass(frozen=True)
class IssuerWanted:
    """What invoices say of the house; numbers are compact, the capital is in cents."""

    legal_name: str
    legal_form: LegalForm
    capital: int | None
    siren: str
    register_city: str
    vat_number: str
    vat_on_debits: bool
    address_line1: str
    address_line2: str
    postal_code: str
    city: str
    country: str
    email: str
    iban: str
    bic: str
    payment_days: int


def keep_recipient(
    house: Establishment, wanted: RecipientWanted, *, actor: Actor, recipient: Recipient | None = None
) -> Recipient:
    """Note somebody a house bills, or change their record. What was issued to them stays as it was."""
    _check_numbers(wanted)
    if wanted.recipient_kind is RecipientKind.PERSON and (wanted.siren or wanted.vat_number):
        raise RuleBroken(_("Un particulier n’a ni SIREN ni numéro de TVA."), "siren")
    if recipient is None:
        recipient = Recipient(establishment=house, establishment_id=house.id, created_at=clock.now())
        db.session.add(recipient)
    for name, value in asdict(wanted).items():
        if name != "person_id" or value is not None:
            setattr(recipient, name, value)
    publish(RecipientKept(recipient, actor))
    return recipient


def issuer_for(house: Establishment) -> Issuer:
    """Give what invoices say of the company that keeps a house; begun with what the directory knows."""
    issuer = issuer_of(house.organisation_id)
    if issuer is None:
        organisation = house.organisation
        issuer = Issuer(
            organisation_id=organisation.id,
            legal_name=organisation.name,
            siren=(organisation.siret or "")[:9],
            address_line1=house.address_line1,
            address_line2=house.address_line2,
            postal_code=house.postal_code,
            city=house.city,
            country=house.country,
            email=house.email,
            legal_form=LegalForm.SAS,
            payment_days=30,
            vat_on_debits=False,
            changed_at=clock.now(),
        )
        db.session.add(issuer)
        db.session.flush()
    return issuer


def describe_issuer(house: Establishment, wanted: IssuerWanted, *, actor: Actor) -> Issuer:
    """Change what the next invoices say of the house. Raises RuleBroken for a number that disproves itself."""
    _check_numbers(wanted)
    if wanted.iban and not is_iban(wanted.iban):
        raise RuleBroken(_("Cet IBAN n’est pas valable : vérifiez-le chiffre à chiffre."), "iban")
    if wanted.bic and not is_bic(wanted.bic):
        raise RuleBroken(_("Ce BIC n’est pas valable : il a huit ou onze caractères."), "bic")
    issuer = issuer_for(house)
    changes = {
        name: (getattr(issuer, name), value) for name, value in asdict(wanted).items() if getattr(issuer, name) != value
    }
    for name, (_before, value) in changes.items():
        setattr(issuer, name, value)
    issuer.changed_at = clock.now()
    publish(IssuerDescribed(issuer, actor, changes=changes))
    return issuer


def forget_recipients(recipients: Iterable[Recipient]) -> None:
    """Take from records all that tells who is billed; what was issued stays whole, as the law wants."""
    for recipient in recipients:
        recipient.name, recipient.forgotten_at = FORGOTTEN, clock.now()
        recipient.address_line1 = recipient.address_line2 = recipient.postal_code = recipient.city = ""
        recipient.email = recipient.siren = recipient.vat_number = ""


def _check_numbers(party: RecipientWanted | IssuerWanted) -> None:
    if party.country not in COUNTRIES:
        raise RuleBroken(_("Ce code n’est celui d’aucun pays : FR, BE ou GB, par exemple."), "country")
    if party.siren and not is_siren(party.siren):
        raise RuleBroken(_("Ce SIREN n’est pas valable : vérifiez ses neuf chiffres."), "siren")
    if party.vat_number and not is_vat_number(party.vat_number):
        raise RuleBroken(_("Ce numéro de TVA n’est pas valable."), "vat_number")
    if party.vat_number.startswith("FR") and party.siren and party.vat_number[4:] != party.siren:
        raise RuleBroken(_("Ce numéro de TVA est celui d’un autre SIREN."), "vat_number")

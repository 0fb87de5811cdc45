"""Factur-X: the invoice as a machine reads it (CII D16B, profile EN 16931), and the check before it is issued.

The XML is one template of our own. The schema stands beside this module, as FNFE-MPE publishes it:
static/vendor/VENDOR.md.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app

from app.invoices.arithmetic import Rate
from app.invoices.identifiers import spaced_siren
from app.invoices.law import DEBITS, DISCOUNT, INDEMNITY, LATE_PENALTIES, OPERATION
from app.invoices.models import Invoice, InvoiceKind, LegalForm, Operation
from app.invoices.queries import rates_on
from app.kernel.formats import number
from app.kernel.languages import _

TEMPLATE = "documents/invoices/factur-x.xml"
FILENAME = "factur-x.xml"
SCHEMA = Path(__file__).parent / "schema" / "Factur-X_EN16931.xsd"
METADATA = Path(__file__).parent / "schema" / "factur-x.xmp"

TYPE_CODES = {InvoiceKind.INVOICE: "380", InvoiceKind.DEPOSIT: "386", InvoiceKind.CREDIT_NOTE: "381"}
PROCESSES = {Operation.GOODS: "B", Operation.SERVICES: "S", Operation.MIXED: "M"}
NOTE_CODES = {LATE_PENALTIES: "PMD", INDEMNITY: "PMT", DISCOUNT: "AAB", OPERATION: "AAI", DEBITS: "TXD"}


class NotConformant(Exception):
    """An invoice is not what the schema wants: a fault of ours, never of who typed it."""


def written(invoice: Invoice) -> str:
    """Write the XML of an invoice that has its number."""
    template = current_app.jinja_env.get_template(TEMPLATE)
    return template.render(
        invoice=invoice,
        type_code=TYPE_CODES[invoice.invoice_kind],
        process=PROCESSES[invoice.operation] + ("4" if invoice.prepaid else "1"),
        notes=[*_notes(invoice)],
        legal=legal_line(invoice.seller),
        sums=invoice.totals(),
        references=[invoice.preceding] if invoice.preceding else [each.deposit for each in invoice.deductions],
        reasons=_reasons(invoice),
        amount=amount,
        percent=percent,
        day=compact_day,
    )


def check(xml: str) -> None:
    """Hold an XML against the schema of the profile. Raises NotConformant with what is wrong."""
    from lxml import etree  # noqa: PLC0415 - six megabytes, only where something is issued

    schema, parser = _schema(), etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        conforms = schema.validate(etree.fromstring(xml.encode(), parser))
    except etree.XMLSyntaxError as error:
        raise NotConformant(str(error)) from error
    if not conforms:
        raise NotConformant("; ".join(f"line {error.line}: {error.message}" for error in schema.error_log))


@lru_cache(maxsize=1)
def _schema() -> Any:
    from lxml import etree  # noqa: PLC0415 - as above

    return etree.XMLSchema(etree.parse(SCHEMA))


def legal_line(seller: dict[str, Any]) -> str:
    """Say what the house is in law: "SAS au capital de 10 000 €, 732 829 320 RCS Lyon"."""
    form = LegalForm(seller["legal_form"])
    if not form.is_company:
        return form.label
    return _(
        "%(form)s au capital de %(capital)s €, %(siren)s RCS %(city)s",
        form=form.label,
        capital=number(Decimal(seller["capital"] or 0) / 100),
        siren=spaced_siren(seller["siren"]),
        city=seller["register_city"],
    )


def amount(cents: int) -> str:
    """Write an amount as machines read it: "1234.50"."""
    return f"{Decimal(cents) / 100:.2f}"


def percent(basis_points: int) -> str:
    """Write a rate as machines read it: "5.50"."""
    return f"{Decimal(basis_points) / 100:.2f}"


def compact_day(day: date) -> str:
    """Write a day as UN/EDIFACT does: "20261121"."""
    return f"{day:%Y%m%d}"


def _notes(invoice: Invoice) -> list[tuple[str, str]]:
    """Give the notes with their codes (UNTDID 4451)."""
    said = [("REG", legal_line(invoice.seller))]
    said += [(code, invoice.mentions[key]) for key, code in NOTE_CODES.items() if invoice.mentions.get(key)]
    return [*said, *([("AAI", invoice.note)] if invoice.note else [])]


def _reasons(invoice: Invoice) -> dict[Rate, tuple[str, str]]:
    """Give why each rate is what it is: the words of the law, and their code where there is a single one (VATEX)."""
    keys: dict[Rate, list[str]] = {}
    for line in invoice.lines:
        named = keys.setdefault((line.vat_category.value, line.vat_rate), [])
        named += [line.vat_key] if line.vat_key not in named else []
    rates = rates_on(invoice.supply_date)
    return {
        rate: (
            " ; ".join(words for key in named if (words := invoice.mentions.get(f"vat.{key}", ""))),
            rates[named[0]].exemption_code if len(named) == 1 and named[0] in rates else "",
        )
        for rate, named in keys.items()
    }

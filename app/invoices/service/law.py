"""Rates and wordings, from a day on: what a law says is a row with its source, never a constant."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.invoices.events import VatRateSet, WordingSet
from app.invoices.models import VatCategory, VatRate
from app.invoices.queries import rates_on
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.law import LegalWording
from app.kernel.lifecycle import RuleBroken


@dataclass(frozen=True)
class RateWanted:
    """A rate from a day on; `rate` is in basis points."""

    key: str
    rate: int
    valid_from: date
    source: str


def set_vat_rate(wanted: RateWanted, *, actor: Actor) -> VatRate:
    """Say which rate a key means from a day on. Raises RuleBroken where one was said for that day, or cannot be."""
    known = rates_on(wanted.valid_from).get(wanted.key)
    if known is None:
        raise RuleBroken(_("Choisissez un taux de la liste."), "key")
    if known.valid_from == wanted.valid_from:
        raise RuleBroken(_("Un taux est déjà enregistré pour ce jour."), "valid_from")
    if (known.category is VatCategory.STANDARD) != (wanted.rate > 0):
        raise RuleBroken(_("Une opération taxée a un taux, une opération exonérée n’en a pas."), "rate")
    rate = VatRate(
        key=known.key,
        label=known.label,
        category=known.category,
        exemption_code=known.exemption_code,
        rate=wanted.rate,
        valid_from=wanted.valid_from,
        source=wanted.source,
    )
    db.session.add(rate)
    publish(VatRateSet(rate, actor))
    return rate


def set_wording(key: str, language: str, text: str, *, valid_from: date, source: str, actor: Actor) -> LegalWording:
    """Say which words hold from a day on; none end the obligation. Raises RuleBroken where some were said."""
    same = {"key": key, "language": language, "valid_from": valid_from}
    if db.session.scalars(sa.select(LegalWording).filter_by(**same)).first() is not None:
        raise RuleBroken(_("Une mention est déjà enregistrée pour ce jour."), "valid_from")
    wording = LegalWording(**same, text=text, source=source)
    db.session.add(wording)
    publish(WordingSet(wording, actor))
    return wording

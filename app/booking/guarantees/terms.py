"""Which guarantee is asked, of how much, and what of it goes back. Pure: knows neither Flask nor the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from app.booking.models import GuaranteeKind, GuaranteeRule, GuaranteeWho
from app.booking.opening import plain_names
from app.payments.models import Purpose


@dataclass(frozen=True)
class Visit:
    """Who comes when: what rules look at. Of somebody not known yet, nothing is held against them.

    `shifts` are the names its shift counts under, as names are compared.
    """

    service_date: date
    shifts: frozenset[str]
    covers: int
    is_occasion: bool = False
    is_first: bool = False
    was_missed: bool = False


@dataclass(frozen=True)
class Terms:
    """What is asked for a visit, until when it is given back, and how much is kept afterwards."""

    basis: GuaranteeKind
    purpose: Purpose
    unit_amount: int
    covers: int
    free_hours: int
    free_until: datetime
    kept_percent: int

    @property
    def amount(self) -> int:
        """Give the sum in cents; of an imprint, the most that may be taken."""
        return self.unit_amount if self.basis is GuaranteeKind.PER_TABLE else self.unit_amount * self.covers

    @property
    def seal(self) -> str:
        """Give what a guest who accepts sends back, so that nobody accepts what they did not read."""
        said = (self.basis, self.purpose, self.amount, self.free_until.isoformat(), self.kept_percent)
        return sha256(repr(said).encode()).hexdigest()[:16]


class Split(NamedTuple):
    """What of a sum goes back, and what the house keeps."""

    back: int
    kept: int


def first_that_applies(rules: Iterable[GuaranteeRule], visit: Visit) -> GuaranteeRule | None:
    """Give the first rule, in the house's order, that asks something of this visit."""
    return next((rule for rule in rules if applies(rule, visit)), None)


def applies(rule: GuaranteeRule, visit: Visit) -> bool:
    """Tell whether a rule is about this visit."""
    return (
        rule.covers_from <= visit.covers <= (rule.covers_to or visit.covers)
        and (not rule.weekdays or visit.service_date.isoweekday() in rule.weekdays)
        and (not rule.shifts or not visit.shifts.isdisjoint(plain_names(rule.shifts)))
        and (visit.is_occasion or not rule.is_for_occasions)
        and (rule.who is not GuaranteeWho.FIRST_VISIT or visit.is_first)
        and (rule.who is not GuaranteeWho.PAST_ABSENCE or visit.was_missed)
    )


def terms_of(rule: GuaranteeRule, covers: int, starts_at: datetime) -> Terms:
    """Give the terms a rule makes for a visit."""
    return Terms(
        basis=rule.basis,
        purpose=purpose_of(rule.basis, rule.word),
        unit_amount=rule.amount,
        covers=covers,
        free_hours=rule.free_hours,
        free_until=starts_at - timedelta(hours=rule.free_hours),
        kept_percent=rule.kept_percent,
    )


def purpose_of(basis: GuaranteeKind, word: Purpose) -> Purpose:
    """Give under which word of law a kind of guarantee is asked."""
    own = {GuaranteeKind.PREPAYMENT: Purpose.PREPAYMENT, GuaranteeKind.IMPRINT: Purpose.IMPRINT}
    return own.get(basis, word)


def split(held: int, free_until: datetime, kept_percent: int, now: datetime) -> Split:
    """Share what is held between guest and house, for a guest who calls off now. Halves of a cent go to the guest."""
    kept = 0 if now <= free_until else held * kept_percent // 100
    return Split(held - kept, kept)


def new_deadline(standing: datetime, free_hours: int, starts_at: datetime, now: datetime) -> datetime:
    """Give until when it is given back once a visit has moved. A deadline that has passed is not opened again."""
    return standing if standing < now else starts_at - timedelta(hours=free_hours)

"""The rules of a house: added, changed, ordered, taken away. What guests were told stays as they were told."""

from dataclasses import dataclass, fields

from app.booking import queries as booking
from app.booking.guarantees import queries
from app.booking.guarantees.events import GuaranteeRulesChanged
from app.booking.guarantees.terms import purpose_of
from app.booking.guarantees.wordings import rule_in_words
from app.booking.models import GuaranteeKind, GuaranteeRule, GuaranteeWho
from app.booking.opening import names_offered, plain_name, plain_names
from app.booking.permissions import CONFIGURE
from app.directory.models import Establishment
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, require
from app.payments.models import MOST_CENTS, Purpose

MOST_RULES = 40


@dataclass(frozen=True)
class WantedRule:
    """A rule as it should be."""

    covers_from: int
    covers_to: int | None
    weekdays: list[int]
    shifts: list[str]
    is_for_occasions: bool
    who: GuaranteeWho
    basis: GuaranteeKind
    amount: int
    word: Purpose
    free_hours: int
    kept_percent: int


def save_rule(
    establishment: Establishment, wanted: WantedRule, *, rule: GuaranteeRule | None = None, actor: Actor
) -> GuaranteeRule:
    """Add a rule after the others, or change one."""
    require(actor, CONFIGURE, establishment)
    standing = queries.rules_of(establishment.id)
    if wanted.covers_to is not None and wanted.covers_to < wanted.covers_from:
        raise RuleBroken(_("La fin précède le début."), "covers_to")
    if not 0 < wanted.amount <= MOST_CENTS:
        raise RuleBroken(_("Ce montant n’est pas possible."), "amount")
    known = plain_names([*shift_names(establishment), *(rule.shifts if rule else ())])
    if not plain_names(wanted.shifts) <= known:
        raise RuleBroken(_("Ce service n’existe plus. Choisissez dans la liste."), "shifts")
    if rule is None:
        if len(standing) >= MOST_RULES:
            raise RuleBroken(_("Une maison a quarante règles de garantie au plus."))
        rule = GuaranteeRule(establishment_id=establishment.id, position=len(standing) + 1)
    fill(rule, wanted)
    db.session.add(rule)
    db.session.flush()
    _tell(establishment, rule_words(rule), actor)
    return rule


def move_rule_up(establishment: Establishment, rule: GuaranteeRule, *, actor: Actor) -> None:
    """Look at a rule before the one that stood before it."""
    require(actor, CONFIGURE, establishment)
    order = queries.rules_of(establishment.id)
    place = order.index(rule)
    if place:
        order[place - 1], order[place] = order[place], order[place - 1]
        _number(order)
        _tell(establishment, _("ordre des règles"), actor)


def delete_rule(establishment: Establishment, rule: GuaranteeRule, *, actor: Actor) -> None:
    """Take a rule away; reservations made under it keep their terms."""
    require(actor, CONFIGURE, establishment)
    words = rule_words(rule)
    db.session.delete(rule)
    db.session.flush()
    _number(queries.rules_of(establishment.id))
    _tell(establishment, _("règle retirée : %(rule)s", rule=words), actor)


def fill(rule: GuaranteeRule, wanted: WantedRule) -> GuaranteeRule:
    """Write what is wanted into a rule."""
    for field in fields(WantedRule):
        setattr(rule, field.name, getattr(wanted, field.name))
    return rule


def shift_names(establishment: Establishment) -> list[str]:
    """Give the names of shifts that a rule may name."""
    return names_offered(booking.house_of(establishment).opening, establishment.today())


def names_without_shift(rule: GuaranteeRule, names: list[str]) -> list[str]:
    """Give what a rule names and no shift is called any more, a passed evening say: it asks nobody for it."""
    known = plain_names(names)
    return [name for name in rule.shifts if plain_name(name) not in known]


def rule_words(rule: GuaranteeRule) -> str:
    """Write a rule whole."""
    return rule_in_words(rule, purpose_of(rule.basis, rule.word))


def _number(rules: list[GuaranteeRule]) -> None:
    for position, rule in enumerate(rules, start=1):
        rule.position = position
    db.session.flush()


def _tell(establishment: Establishment, what: str, actor: Actor) -> None:
    publish(GuaranteeRulesChanged(establishment, actor, what))

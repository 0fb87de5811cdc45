"""Rules of guarantees go by the names of shifts: what becomes of them when those names change. None is lost unseen."""

from collections.abc import Iterable
from uuid import UUID

from app.booking.guarantees.queries import rules_of
from app.booking.opening import Opening, names_offered, plain_name, plain_names
from app.directory.models import Establishment
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

Renamed = tuple[str, str]


class NameStillUsed(RuleBroken):
    """A rule of guarantees names a shift there would be no more; `rule_id` is the rule to change first."""

    def __init__(self, message: str, rule_id: UUID) -> None:
        """Keep the rule beside the sentence."""
        super().__init__(message)
        self.rule_id = rule_id


def carry_names(
    establishment: Establishment, before: Opening, after: Opening, renamed: Iterable[Renamed]
) -> dict[str, tuple[str, str]]:
    """Have rules follow shifts that are given another name; gives what changed, for the trail.

    The old name stays named while another shift bears it. A new one that was known already is another shift's: rules
    keep to the shifts they named.
    """
    today = establishment.today()
    known, left = (plain_names(names_offered(opening, today)) for opening in (before, after))
    changed = {}
    for old, new in renamed:
        for rule in rules_of(establishment.id) if plain_name(new) not in known else ():
            if plain_name(old) in plain_names(rule.shifts):
                kept = [name for name in rule.shifts if plain_name(name) in left or plain_name(name) != plain_name(old)]
                changed[f"guarantee_rule:{rule.position}"] = (", ".join(rule.shifts), ", ".join([*kept, new]))
                rule.shifts = [*kept, new]
    return changed


def refuse_lost_names(establishment: Establishment, before: Opening, after: Opening) -> None:
    """Raise NameStillUsed when a rule names a shift that there would be no more: it would ask nobody any longer."""
    today = establishment.today()
    left = plain_names(names_offered(after, today))
    gone = plain_names(names_offered(before, today)) - left
    for rule in rules_of(establishment.id) if gone else ():
        lost = next((name for name in rule.shifts if plain_name(name) in gone), None)
        if lost is not None:
            raise NameStillUsed(
                _(
                    "La règle de garantie %(number)s nomme le service « %(name)s », qui n’existerait plus : "
                    "changez d’abord cette règle.",
                    number=rule.position,
                    name=lost,
                ),
                rule.id,
            )

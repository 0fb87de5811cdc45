"""A trial's result in words: what it gained, what was refused and why, which table would have brought something."""

from collections.abc import Mapping
from typing import Any

from app.booking.models import FloorTrial
from app.booking.refusals import SHORTLY
from app.booking.seating import Reason
from app.booking.trials.replay import FOR_A_TABLE
from app.kernel.figures import Unit
from app.kernel.languages import _, ngettext

Named = list[tuple[str, int]]


def gain(trial: FloorTrial) -> str:
    """Say what a floor would have brought: "+12 couverts"."""
    if not trial.result:
        return trial.state.label
    return more_covers(trial.result["after"]["covers"] - trial.result["before"]["covers"])


def more_covers(covers: int) -> str:
    """Write so many covers more, or fewer."""
    if not covers:
        return _("Aucun couvert de plus")
    return ("+" if covers > 0 else "−") + ngettext("%(num)s couvert", "%(num)s couverts", abs(covers))


def because(result: Mapping[str, Any]) -> list[str]:
    """Say what the room as it is would have refused, and why; then what of that the floor tried would receive."""
    before, after = result["before"], result["after"]
    refused = before["refused_covers"]
    if not before["covers"] + refused:
        return [_("Aucune demande n’est connue pour ces jours : il n’y a rien à rejouer.")]
    said = _refused(before) if refused else [_nothing_refused(before["covers"])]
    if refused and after["covers"] == before["covers"]:
        said.append(_("La salle essayée n’en aurait pas reçu un de plus."))
    if found := before.get("found"):
        said.append(
            ngettext(
                "%(num)s couvert refusé ces jours-là trouve place une fois rejoué : les horaires, la cadence et la "
                "façon de placer d’aujourd’hui le reçoivent.",
                "%(num)s couverts refusés ces jours-là trouvent place une fois rejoués : les horaires, la cadence et "
                "la façon de placer d’aujourd’hui les reçoivent.",
                found,
            )
        )
    return said


def one_more(result: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    """Give each table that was tried alone: which, what it would have brought, its share of the best."""
    tried = result.get("one_more", [])
    best = max((each["covers"] for each in tried), default=0)
    return [
        (
            _(
                "Une table de %(least)s à %(most)s (%(area)s)",
                least=each["least"],
                most=each["most"],
                area=each["area"],
            ),
            more_covers(each["covers"]),
            max(0.0, each["covers"] / best) if best > 0 else 0.0,
        )
        for each in tried
    ]


def advice(result: Mapping[str, Any]) -> str:
    """Name the one table that would have brought most, or say that none would."""
    tried = result.get("one_more", [])
    best = max(tried, key=lambda each: each["covers"], default=None)
    if best is None:
        return ""
    if best["covers"] <= 0:
        return _("Aucune table de plus, à elle seule, n’aurait apporté de couvert.")
    return ngettext(
        "La table qui aurait le plus apporté : de %(least)s à %(most)s couverts, +%(num)s couvert.",
        "La table qui aurait le plus apporté : de %(least)s à %(most)s couverts, +%(num)s couverts.",
        best["covers"],
        least=best["least"],
        most=best["most"],
    )


def _nothing_refused(covers: int) -> str:
    return ngettext(
        "La salle d’aujourd’hui aurait reçu toute la demande : %(num)s couvert, sans un refus.",
        "La salle d’aujourd’hui aurait reçu toute la demande : %(num)s couverts, sans un refus.",
        covers,
    )


def _refused(side: Mapping[str, Any]) -> list[str]:
    """Say how many covers had no table, of which parties, and how many were refused for what no table changes."""
    reasons = [(Reason(code), covers) for code, covers in side["why"].items()]
    lacking = [(_(SHORTLY[reason]), covers) for reason, covers in reasons if reason in FOR_A_TABLE]
    others = [(_(SHORTLY[reason]), covers) for reason, covers in reasons if reason not in FOR_A_TABLE]
    parties = [
        (_("tablées de %(size)s", size=size), covers)
        for size, covers in sorted(side.get("sizes", {}).items(), key=lambda pair: -pair[1])
    ]
    said = [_("La salle d’aujourd’hui n’aurait refusé personne faute de table.")]
    if lacking:
        said = [
            ngettext(
                "Faute de table, la salle d’aujourd’hui aurait refusé %(num)s couvert : %(which)s.",
                "Faute de table, la salle d’aujourd’hui aurait refusé %(num)s couverts : %(which)s.",
                sum(covers for _name, covers in lacking),
                which=_listed(parties or lacking),
            )
        ]
    if others:
        said.append(
            ngettext(
                "%(num)s couvert aurait été refusé pour ce qu’aucune table ne change : %(which)s.",
                "%(num)s couverts auraient été refusés pour ce qu’aucune table ne change : %(which)s.",
                sum(covers for _name, covers in others),
                which=_listed(others),
            )
        )
    return said


def _listed(named: Named) -> str:
    return ", ".join(_("%(name)s (%(covers)s)", name=name, covers=Unit.COUNT.write(covers)) for name, covers in named)

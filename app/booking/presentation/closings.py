"""What is closed while the house is open, in words: for the settings pages, and for the room tonight."""

from collections.abc import Mapping
from datetime import date

from app.booking.opening import CloseOut, Scope, close_outs_on
from app.booking.queries import house_of
from app.booking.queries.rooms import codes_of
from app.directory.models import Establishment
from app.kernel.formats import spoken_time
from app.kernel.languages import _, ngettext


def what_closes(close_out: CloseOut, codes: Mapping[str, str]) -> str:
    """Name what closes: "l’espace Terrasse", "les tables 4, 5"; `codes` names tables by their engine's ids."""
    if close_out.scope is Scope.AREA:
        return _("l’espace %(area)s", area=close_out.area)
    if close_out.scope is Scope.TABLES:
        named = ", ".join(sorted(codes.get(table, "") for table in close_out.tables))
        return ngettext("la table %(tables)s", "les tables %(tables)s", len(close_out.tables), tables=named)
    return _("les arrivées")


def hours_closed(close_out: CloseOut) -> str:
    """Write between which times: "de 19 h à 22 h", or the whole day."""
    if close_out.since is None or close_out.until is None:
        return _("toute la journée")
    return _("de %(first)s à %(last)s", first=spoken_time(close_out.since), last=spoken_time(close_out.until))


def closed_on(establishment: Establishment, service_date: date) -> list[str]:
    """Give what is closed on a service date: "l’espace Terrasse, de 19 h à 22 h (pluie)"."""
    closing = close_outs_on(house_of(establishment).opening, service_date)
    codes = codes_of(establishment) if closing else {}
    return [in_words(each, codes) for each in closing]


def in_words(close_out: CloseOut, codes: Mapping[str, str]) -> str:
    """Write what closes, when of its days, and why if it is said."""
    said = _("%(what)s, %(hours)s", what=what_closes(close_out, codes), hours=hours_closed(close_out))
    return _("%(said)s (%(reason)s)", said=said, reason=close_out.reason) if close_out.reason else said

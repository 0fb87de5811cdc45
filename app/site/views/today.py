"""Today: figures, what waits for somebody, who comes next, and the tables most sat at."""

from datetime import date
from typing import Any

from flask import Response, url_for

from app.booking import permissions as booking_permissions
from app.booking import queries as booking
from app.booking.queries import floor, guests
from app.directory.models import Establishment
from app.directory.queries import are_several
from app.kernel import clock, figures, topics
from app.kernel.access import acting
from app.kernel.formats import clock_time, full_date, near_date, spoken_time
from app.kernel.guards import own_house, requires
from app.kernel.languages import _, ngettext
from app.kernel.web import page
from app.site import permissions as may
from app.site.layout import current_house
from app.site.views.blueprint import bp

MEASURES = {
    "booking.occupancy": "aujourdhui",
    "booking.covers": "7-prochains-jours",
    "booking.no_shows": "30-derniers-jours",
}
TO_CONFIRM: dict[str, Any] = {"date": "a-venir", "etat": "requested"}
UNDECIDED_PATH = "placements-en-suspens"
TOP_TABLES, TOP = "booking.parties_by_table", 5
ARRIVALS = 12


@bp.get("/admin")
@requires(may.ENTER)
def dashboard_show() -> Response:
    """Show today: figures and the next arrivals."""
    return page("site/dashboard_show.html", **_today())


@bp.get("/admin/_chiffres")
@requires(may.ENTER)
@topics.polled(lambda: f"reservations:{_house_id()}", lasting=30)
def dashboard_fragment() -> Response:
    """Show today's live part again, when something has changed."""
    return page("site/_today.html", **_today())


# --- what it shows ---------------------------------------------------------------------------------------------


def _house_id() -> str:
    house = current_house()
    return str(house.id) if house else ""


def _today() -> dict[str, Any]:
    house: Establishment = own_house(may.ENTER)
    today = booking_permissions.day_under_way(house)
    counts = booking.figures_of(house.id, today)
    sees = acting().may(booking_permissions.VIEW)
    here = house.slug if are_several() else None
    counts_it = acting().may(booking_permissions.VIEW_DEMAND, house)
    day_url = url_for("desk.reservation_list", date=today.isoformat(), maison=here)
    title = full_date(today)
    return {
        "day_title": title[:1].upper() + title[1:],
        "day_sentence": ngettext("%(num)s couvert aujourd’hui.", "%(num)s couverts aujourd’hui.", counts.covers),
        "new_url": url_for("desk.reservation_new"),
        "list_url": day_url,
        "may_create": acting().may(booking_permissions.CREATE),
        "poll_url": url_for("site.dashboard_fragment"),
        "figures": [
            {"label": _("Couverts du jour"), "value": counts.covers, "alert": False},
            {"label": _("Réservations"), "value": counts.reservations, "alert": False},
            {"label": _("À confirmer"), "value": counts.to_confirm, "alert": counts.to_confirm > 0},
            {"label": _("Groupes à table"), "value": counts.seated, "alert": False},
            {"label": _("Absences"), "value": counts.missed, "alert": False},
        ],
        "measures": figures.tiles_for(acting(), MEASURES, maison=house.slug) if counts_it else [],
        "alerts": _alerts(house, counts) if sees else [],
        "pause": _pause(house),
        "top_tables": _top_tables(house) if counts_it else None,
        "arrivals": _arrivals(house, today) if sees else [],
    }


def _arrivals(house: Establishment, today: date) -> list[dict[str, Any]]:
    """Give who comes next, those who are not yet so late that they are told of above."""
    not_late_yet = clock.now() - floor.patience_of(house).arrival
    reservations = booking.next_arrivals(house.id, not_late_yet, actor=acting(), limit=ARRIVALS)
    marks = guests.marks_of([reservation.guest_id for reservation in reservations], today, acting())
    return [
        {
            "time": clock_time(reservation.local_time),
            "name": reservation.guest_name,
            "day": "" if reservation.service_date == today else near_date(reservation.service_date, today),
            "url": url_for("desk.reservation_show", id=reservation.id),
            "covers": reservation.covers,
            "tables": reservation.table_codes(),
            "state": reservation.state.value,
            "state_label": reservation.state.label,
            "note": reservation.special_requests[:60],
            "marks": marks[reservation.guest_id],
        }
        for reservation in reservations
    ]


def _alerts(house: Establishment, counts: booking.DayFigures) -> list[dict[str, str]]:
    """Say what waits for somebody: who is late, in coming or in leaving, what has no answer yet, by the team or not."""
    found = [
        {
            "icon": "hourglass" if party.is_here else "clock",
            "name": party.name,
            "words": ngettext("devait partir il y a %(num)s min", "devait partir il y a %(num)s min", minutes)
            if party.is_here
            else ngettext("attendu depuis %(num)s min", "attendu depuis %(num)s min", minutes),
            "url": url_for("floor.party_show", id=party.id),
        }
        for party, minutes in floor.late_tonight(house, acting())
    ]
    if counts.to_confirm:
        words = ngettext("%(num)s réservation à confirmer", "%(num)s réservations à confirmer", counts.to_confirm)
        asked = url_for("desk.reservation_list", **TO_CONFIRM)
        found.append({"icon": "inbox", "name": "", "words": words, "url": asked})
    if counts.undecided:
        words = ngettext(
            "%(num)s demande en vérification : la salle cherche une place",
            "%(num)s demandes en vérification : la salle cherche une place",
            counts.undecided,
        )
        counted = acting().may(booking_permissions.VIEW_DEMAND, house)
        url = url_for("figures.figure_show", path=UNDECIDED_PATH) if counted else ""
        found.append({"icon": "hourglass", "name": "", "words": words, "url": url})
    return found


def _pause(house: Establishment) -> dict[str, Any] | None:
    """Say until when online bookings are paused, and whether the reader may take them up again."""
    until = booking.paused_until(house, clock.now())
    if until is None:
        return None
    at = spoken_time(clock.local(until, house.timezone).time())
    return {"until": at, "may_resume": acting().may(booking_permissions.PAUSE, house)}


def _top_tables(house: Establishment) -> dict[str, Any] | None:
    """Give the tables most parties sat at, with the figure they come from."""
    tiles = figures.tiles_for(acting(), {TOP_TABLES: "30-derniers-jours"}, maison=house.slug, par="table")
    if not tiles:
        return None
    points = tiles[0].points
    most = sorted(points, key=lambda point: point.values[0] or 0, reverse=True)[:TOP]
    largest = max((point.values[0] or 0 for point in most), default=0)
    rows = [(point.label, int(point.values[0] or 0), (point.values[0] or 0) / largest) for point in most if largest]
    return {"rows": rows, "url": tiles[0].url, "period": tiles[0].period}

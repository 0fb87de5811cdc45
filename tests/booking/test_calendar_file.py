"""The calendar file: what a calendar understands of a reservation, on every day of the year."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app.booking.calendar_file import calendar_file
from app.booking.models import ReservationState as S
from app.kernel.languages import speaking
from tests.booking.promises import reservation_at

URL = "https://chez-margot.example/reservations"


@pytest.fixture(autouse=True)
def speaking_french(app):
    with app.test_request_context(), speaking("fr"):
        yield


def read(reservation, **options):
    """The file as bytes, its calendar and its one event, as another program reads them."""
    raw = calendar_file(reservation, URL, **options)
    calendar = Calendar.from_ical(raw)
    (event,) = calendar.walk("VEVENT")
    return raw.decode(), calendar, event


def instant_in(raw: str, name: str) -> datetime:
    """A property of the event as dateutil understands it, by the file's own VTIMEZONE and nothing else."""
    described, event = raw.split("BEGIN:VEVENT")
    (line,) = [line for line in event.split("\r\n") if line.startswith(name)]
    value = line.rpartition(":")[2]
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    zone = tz.tzical(StringIO(described[described.index("BEGIN:VTIMEZONE") :])).get()
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(UTC)


def test_it_says_what_where_and_when():
    raw, calendar, event = read(reservation_at("2026-03-12T20:15"))
    assert calendar["method"] == "PUBLISH"
    assert str(event["summary"]) == "Chez Margot, traiteur, 4 couverts"
    assert str(event["location"]) == "Chez Margot, traiteur, 12 rue des Halles, 45000 Orléans"
    assert "K7M2QXA" in str(event["description"])
    assert "DTSTART;TZID=Europe/Paris:20260312T201500" in raw
    assert "DTEND;TZID=Europe/Paris:20260312T220000" in raw
    assert event["status"] == "CONFIRMED"


def test_lines_are_folded_and_ended_as_the_standard_says():
    raw, _calendar, _event = read(reservation_at("2026-03-12T20:15"), by_mail=True)
    assert all(len(line.encode()) <= 75 for line in raw.split("\r\n"))
    assert "\n" not in raw.replace("\r\n", "")


def test_its_name_never_changes_and_its_sequence_grows():
    reservation = reservation_at("2026-03-12T20:15")
    _raw, _calendar, before = read(reservation)
    reservation.sequence = 3
    _raw, _calendar, after = read(reservation)
    assert before["uid"] == after["uid"] == f"{reservation.id}@chez-margot.example"
    assert (before["sequence"], after["sequence"]) == (0, 3)


def test_it_ends_with_a_cancellation():
    _raw, calendar, event = read(reservation_at("2026-03-12T20:15", state=S.CANCELLED, sequence=2), by_mail=True)
    assert calendar["method"] == "CANCEL"
    assert event["status"] == "CANCELLED"


def test_a_request_is_tentative():
    _raw, _calendar, event = read(reservation_at("2026-03-12T20:15", state=S.REQUESTED))
    assert event["status"] == "TENTATIVE"


def test_by_mail_it_invites_without_asking_for_an_answer():
    _raw, calendar, event = read(reservation_at("2026-03-12T20:15"), by_mail=True)
    assert calendar["method"] == "REQUEST"
    assert event["attendee"] == "mailto:alice@example.org"
    assert (event["attendee"].params["PARTSTAT"], event["attendee"].params["RSVP"]) == ("ACCEPTED", "FALSE")
    assert event["organizer"] == "mailto:bonjour@chez-margot.example"


def test_a_published_file_names_no_guest():
    raw, _calendar, event = read(reservation_at("2026-03-12T20:15"))
    assert "attendee" not in event
    assert "alice@example.org" not in raw


def test_past_midnight_it_stands_on_the_real_day():
    raw, _calendar, _event = read(reservation_at("2026-03-14T00:30", service_date=date(2026, 3, 13)))
    assert "DTSTART;TZID=Europe/Paris:20260314T003000" in raw


@pytest.mark.parametrize(
    ("instant", "minutes"),
    [
        ("2026-03-28T23:30", 240),  # over the hour that does not exist
        ("2026-03-29T03:30", 90),  # just after it
        ("2026-03-29T12:00", 105),
        ("2026-10-24T23:30", 240),  # over the hour that comes twice
        ("2026-10-25T02:30+02:00", 60),  # in the hour, the first time, until the second
        ("2026-10-25T02:30+01:00", 60),  # in the hour, the second time
        ("2026-10-25T12:00", 105),
    ],
)
def test_on_both_sundays_calendars_read_the_promised_instants(instant, minutes):
    reservation = reservation_at(instant, minutes=minutes)
    raw, _calendar, _event = read(reservation)
    assert instant_in(raw, "DTSTART") == reservation.starts_at.astimezone(UTC)
    assert instant_in(raw, "DTEND") == reservation.ends_at.astimezone(UTC)


@given(
    hours=st.integers(0, 24 * 366 * 4),
    zone=st.sampled_from(["Europe/Paris", "America/Guadeloupe", "Indian/Reunion", "America/New_York", "Asia/Kolkata"]),
)
def test_at_any_hour_in_any_zone_calendars_read_the_promised_instants(hours, zone):
    instant = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    reservation = reservation_at(instant.isoformat(), zone=zone)
    raw, _calendar, _event = read(reservation)
    assert instant_in(raw, "DTSTART") == instant
    assert instant_in(raw, "DTEND") == reservation.ends_at

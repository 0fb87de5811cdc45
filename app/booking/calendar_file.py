"""The calendar file of a reservation (RFC 5545): a pure function of the reservation and an address."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from app.booking.models import Reservation
from app.booking.models import ReservationState as S
from app.kernel.languages import _, ngettext

STATUS = {S.REQUESTED: "TENTATIVE", S.CANCELLED: "CANCELLED", S.NO_SHOW: "CANCELLED"}


def calendar_file(reservation: Reservation, url: str, *, by_mail: bool = False) -> bytes:
    """Write the calendar file. The same UID and a growing SEQUENCE let calendars follow changes to the end."""
    calendar = Calendar()
    calendar.add("prodid", "-//Guichet//Guichet//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method(reservation, by_mail=by_mail))
    calendar.add_component(_time_zone(reservation))
    calendar.add_component(_event(reservation, url, invites=method(reservation, by_mail=by_mail) != "PUBLISH"))
    return bytes(calendar.to_ical())


def method(reservation: Reservation, *, by_mail: bool) -> str:
    """Give what the file asks of a calendar (RFC 5546), as the mail's attachment repeats it.

    By mail it is an invitation that asks for no answer, so that mail programs move and withdraw the entry by
    themselves; a file that somebody fetches is a publication.
    """
    if reservation.state is S.CANCELLED:
        return "CANCEL"
    return "REQUEST" if by_mail and reservation.email and reservation.establishment.email else "PUBLISH"


def _event(reservation: Reservation, url: str, *, invites: bool) -> Event:
    establishment = reservation.establishment
    zone = ZoneInfo(establishment.timezone)
    party = ngettext("%(num)s couvert", "%(num)s couverts", reservation.covers)
    event = Event()
    event.add("uid", f"{reservation.id}@{urlsplit(url).hostname or 'localhost'}")
    event.add("sequence", reservation.sequence)
    event.add("status", STATUS.get(reservation.state, "CONFIRMED"))
    event.add("dtstamp", reservation.changed_at)
    event.add("created", reservation.created_at)
    event.add("last-modified", reservation.changed_at)
    event.add("dtstart", _local(reservation.starts_at, zone))
    event.add("dtend", _local(reservation.ends_at, zone))
    event.add("summary", _("%(house)s, %(party)s", house=establishment.name, party=party))
    event.add("location", ", ".join([establishment.name, *establishment.address_lines]))
    event.add("description", _description(reservation, party, url))
    event.add("url", url)
    event.add("transp", "OPAQUE")
    if establishment.email:
        event.add("organizer", _address(establishment.email, establishment.name))
    if invites and reservation.email:
        guest = _address(reservation.email, reservation.guest_name)
        guest.params["PARTSTAT"], guest.params["RSVP"] = "ACCEPTED", "FALSE"
        event.add("attendee", guest)
    return event


def _time_zone(reservation: Reservation) -> Timezone:
    """Describe the zone around the reservation: what holds a year before, then each change of hour until a year after.

    (icalendar's own writes the spring change with the clock of after, an hour late for whoever reads it by the rule.)
    """
    zone = ZoneInfo(reservation.establishment.timezone)
    first = reservation.starts_at - timedelta(days=366)
    described = Timezone()
    described.add("tzid", reservation.establishment.timezone)
    described.add_component(_observance(first, first, zone))
    for day in range(2 * 366):
        start = first + timedelta(days=day)
        if _offset(start, zone) != _offset(start + timedelta(days=1), zone):
            described.add_component(_observance(*_change_after(start, zone), zone))
    return described


def _observance(before: datetime, onset: datetime, zone: ZoneInfo) -> TimezoneStandard | TimezoneDaylight:
    local = onset.astimezone(zone)
    observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
    observance.add("dtstart", (onset + _offset(before, zone)).replace(tzinfo=None))  # the clock of just before
    observance.add("tzoffsetfrom", _offset(before, zone))
    observance.add("tzoffsetto", _offset(onset, zone))
    observance.add("tzname", local.tzname())
    return observance


def _change_after(start: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the minute before and the minute of the change that happens within a day of `start`."""
    before, after = start.replace(second=0, microsecond=0), start + timedelta(days=1)
    while after - before > timedelta(minutes=1):
        middle = before + timedelta(minutes=(after - before) // timedelta(minutes=2))
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return before, after.replace(second=0, microsecond=0)


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _description(reservation: Reservation, party: str, url: str) -> str:
    phone = reservation.establishment.phone
    lines = [
        party,
        _("Au nom de %(name)s", name=reservation.guest_name),
        _("Référence %(reference)s", reference=reservation.reference),
        _("Voir, changer ou annuler : %(url)s", url=url),
    ]
    return "\n".join([*lines, _("Téléphone : %(phone)s", phone=phone)] if phone else lines)


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Give the establishment's wall clock; in the hour that comes twice, the second one is only sure in UTC."""
    local = instant.astimezone(zone)
    return instant.astimezone(UTC) if local.fold else local


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address

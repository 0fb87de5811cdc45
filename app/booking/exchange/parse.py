"""From the file to the establishment, or to the list of everything that is wrong with it."""

from collections.abc import Mapping

from app.booking.exchange import syntax
from app.booking.exchange.floor_plan import read_drawings
from app.booking.exchange.form import FORMAT, Address, BookingSettings, EstablishmentFile, FileRefused
from app.booking.exchange.hours import (
    read_close_outs,
    read_closures,
    read_durations,
    read_exceptional_days,
    read_policy,
    read_shifts,
    refuse_impossible_caps,
)
from app.booking.exchange.room import MOST_COVERS, read_areas, read_combinations, read_tables
from app.booking.exchange.values import Value
from app.booking.opening import Opening, Problem
from app.booking.opening.problems import N_, slot_problems, zone_problems

NAME, LINE, CITY, POSTAL_CODE, PARAGRAPH = 120, 120, 80, 12, 1000
MOST_TURNOVER, MOST_NOTICE, MOST_ADVANCE, MOST_HOLD = 240, 60 * 24 * 60, 730, 60
SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
COUNTRY = "[A-Z]{2}"
EMAIL = r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+"
PHONE = r"\+?[0-9][0-9 .()/-]{4,28}[0-9]"
ROOM = ("slot_minutes", "turnover_minutes", "durations", "areas", "tables")


def parse(source: str | bytes | Mapping[str, object]) -> EstablishmentFile:
    """Read a file (its text, UTF-8 bytes, or decoded JSON). FileRefused lists every error, in the file's own order.

    `phone`, `email`, combinations, drawings, closures, exceptional days, close-outs and booking rules may be left out,
    as may the place of a table and whether it is kept, caps and durations of a shift, the words of an exceptional day;
    every other key is required, and none other is known.
    """
    problems: list[Problem] = []
    file = Value(syntax.read(source), "", problems).members(
        *("format", "slug", "name", "timezone", "address", "room", "shifts"),
        optional=("phone", "email", "closures", "exceptional", "close_outs", "booking"),
    )
    if file["format"].text(NAME) != FORMAT and not file["format"].is_bad:
        file["format"].refuse(N_("Le format attendu est « %(name)s »."), name=FORMAT)
    room = file["room"].members(*ROOM, optional=("combinations", "drawings"))
    areas = read_areas(room["areas"])
    tables, places, kept = read_tables(room["tables"], areas)
    closures = read_closures(file["closures"])
    read = EstablishmentFile(
        slug=file["slug"].matching(
            SLUG, 60, N_("Des lettres minuscules sans accent, chiffres et tirets sont attendus.")
        ),
        name=file["name"].text(NAME),
        address=_read_address(file["address"]),
        phone=_read_phone(file["phone"]),
        email=_read_email(file["email"]),
        areas=areas,
        tables=tables,
        combinations=read_combinations(room["combinations"], tables),
        durations=read_durations(room["durations"]),
        turnover_minutes=room["turnover_minutes"].whole(0, MOST_TURNOVER, step=15),
        opening=Opening(
            zone=_read_zone(file["timezone"]),
            slot_minutes=_read_slot_minutes(room["slot_minutes"]),
            shifts=read_shifts(file["shifts"]),
            closures=closures,
            exceptional_days=read_exceptional_days(file["exceptional"], closures),
            close_outs=read_close_outs(file["close_outs"], {table.id for table in tables}, areas),
        ),
        booking=_read_booking(file["booking"]),
        places=places,
        drawings=read_drawings(room["drawings"], areas),
        kept=kept,
    )
    days = [shift for day in read.opening.exceptional_days for shift in day.shifts]
    refuse_impossible_caps(
        (*read.opening.shifts, *days), min((table.min_covers for table in tables), default=1), problems
    )
    if problems:
        raise FileRefused(problems)
    return read


def _read_address(value: Value) -> Address:
    address = value.members("line1", "postal_code", "city", "country", optional=("line2",))
    return Address(
        line1=address["line1"].text(LINE),
        postal_code=address["postal_code"].text(POSTAL_CODE),
        city=address["city"].text(CITY),
        country=address["country"].matching(COUNTRY, 2, N_("Un code de pays à deux lettres est attendu, comme FR.")),
        line2=address["line2"].text(LINE, empty=True) if address["line2"].is_given else "",
    )


def _read_phone(value: Value) -> str | None:
    wanted = N_("Un numéro de téléphone est attendu, par exemple +33238000000.")
    return value.matching(PHONE, 20, wanted) if value.is_given else None


def _read_email(value: Value) -> str | None:
    wanted = N_("Une adresse e-mail est attendue, par exemple bonjour@exemple.fr.")
    return value.matching(EMAIL, 254, wanted) if value.is_given else None


def _read_zone(value: Value) -> str:
    zone = value.text(60)
    if not value.is_bad:
        value.problems.extend(zone_problems(zone, value.place))
    return zone


def _read_slot_minutes(value: Value) -> int:
    minutes = value.whole(1, 24 * 60)
    if not value.is_bad:
        value.problems.extend(slot_problems(minutes, value.place))
    return minutes


def _read_booking(value: Value) -> BookingSettings:
    default = BookingSettings()
    if not value.is_given:
        return default
    booking = value.members(optional=tuple(BookingSettings.__slots__))

    def whole(key: str, least: int, most: int) -> int:
        return booking[key].whole(least, most) if booking[key].is_given else getattr(default, key)

    text = booking["large_party_text"]
    return BookingSettings(
        min_notice_minutes=whole("min_notice_minutes", 0, MOST_NOTICE),
        max_advance_days=whole("max_advance_days", 0, MOST_ADVANCE),
        max_covers_online=whole("max_covers_online", 1, MOST_COVERS),
        large_party_text=text.text(PARAGRAPH, empty=True, lines=True) if text.is_given else "",
        hold_minutes=whole("hold_minutes", 1, MOST_HOLD),
        cancel_until_minutes=whole("cancel_until_minutes", 0, MOST_NOTICE),
        policy=read_policy(booking["policy"]) or default.policy,
    )

"""What the page of a guest shows, and what of a guest is shown beside a reservation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from app.booking.guests.forms import GuestNoteForm, TaggingForm
from app.booking.guests.permissions import KEEP_GUESTS, VIEW_GUESTS, VIEW_HEALTH
from app.booking.models import GuestProfile, Reservation
from app.booking.permissions import CREATE, VIEW_CONTACT
from app.booking.presentation.promises import promise_sentence
from app.booking.queries import guests as queries
from app.directory.models import Person
from app.directory.permissions import MERGE
from app.directory.queries import zone_of
from app.kernel import clock, navigation, telling
from app.kernel.access import Actor, acting
from app.kernel.formats import day_and_month, full_date, phone
from app.kernel.languages import _, ngettext
from app.kernel.personal import masked_email, masked_phone, shown_to


def absence_line(person_id: UUID) -> str:
    """Say how often a guest was awaited in vain within a year; nothing when they always came."""
    return absences_in_words(queries.absences_since(person_id, clock.now() - queries.YEAR))


def absences_in_words(count: int) -> str:
    """Say how many absences of a year these are; nothing when there is none."""
    return ngettext("%(num)s absence en 12 mois", "%(num)s absences en 12 mois", count) if count else ""


def local_day(moment: datetime) -> str:
    """Write the day an instant falls on where the house is."""
    house = navigation.current_house()
    return full_date(clock.local(moment, zone_of(house)).date())


def guest_page(person: Person, actor: Actor, note_form: GuestNoteForm) -> dict[str, Any]:
    """Give all that the page of a guest shows to this actor."""
    keeps = actor.may(KEEP_GUESTS, person)
    house = navigation.current_house()
    zone = zone_of(house)
    tags = queries.tags()
    chosen = queries.tags_of([person.id])[person.id]
    number, address = queries.reached_at(person)
    return {
        "person": person,
        "marks": queries.marks_of([person.id], clock.today(zone), actor)[person.id],
        "record": _record_sentence(queries.record_of(person.id)),
        "absences": absence_line(person.id),
        "contact": {"phone": number, "email": address} if actor.may(VIEW_CONTACT, person) else None,
        "shown_phone": shown_to(actor, VIEW_CONTACT, number, mask=masked_phone, record=person, write=phone),
        "shown_email": shown_to(actor, VIEW_CONTACT, address, mask=masked_email, record=person),
        "preferences": _preference_lines(queries.profile_of(person.id)),
        "preference_url": url_for("guests.preference_edit", id=person.id) if keeps else None,
        "tags": chosen,
        "tagging_form": TaggingForm(tags, chosen) if keeps and tags else None,
        "tagging_url": url_for("guests.tagging_update", id=person.id),
        "notes": _notes(person, keeps=keeps),
        "note_form": note_form if keeps else None,
        "note_url": url_for("guests.note_create", id=person.id),
        "visits": [
            {
                "url": url_for("desk.reservation_show", id=reservation.id),
                "sentence": promise_sentence(reservation),
                "state": reservation.state,
            }
            for reservation in queries.visits_of(person, actor)
        ],
        "health_url": url_for("guests.health_show", id=person.id) if actor.may(VIEW_HEALTH, person) else None,
        "merge_url": url_for("duplicates.candidate_list", id=person.id) if actor.may(MERGE, person) else None,
        "new_url": url_for("desk.reservation_new", guest=person.id) if actor.may(CREATE) else None,
        "panels": navigation.panels_on(person, actor),
        "history": telling.history_of(Person.kind(), person.id, zone),
    }


def guest_panel(reservation: Reservation) -> dict[str, Any]:
    """Give what is known of the guest of a reservation, for its page."""
    actor, guest_id = acting(), reservation.guest_id
    if guest_id is None:
        return {"guest_url": None}
    guest = reservation.guest
    marks = queries.marks_of([guest_id], reservation.service_date, actor)[guest_id]
    return {
        "guest_url": url_for("guests.guest_show", id=guest_id) if actor.may(VIEW_GUESTS, guest) else None,
        "health_url": url_for("guests.health_show", id=guest_id)
        if actor.may(VIEW_HEALTH, guest) and any(mark.of_health for mark in marks)
        else None,
        "marks": marks,
        "absences": absence_line(guest_id),
        "preferences": _preference_lines(queries.profile_of(guest_id)),
        "notes": queries.notes_of(guest_id)[:3],
    }


def _record_sentence(record: queries.Record) -> str:
    if record.last_visit is None:
        came = _("Pas encore venu")
    else:
        came = ngettext("%(num)s venue", "%(num)s venues", record.visits)
        came = _("%(came)s, la dernière le %(day)s", came=came, day=full_date(record.last_visit))
    more = [came]
    if record.absences:
        more.append(ngettext("%(num)s absence", "%(num)s absences", record.absences))
    if record.cancellations:
        more.append(ngettext("%(num)s annulation", "%(num)s annulations", record.cancellations))
    return " · ".join(more)


def _preference_lines(profile: GuestProfile | None) -> list[tuple[str, str]]:
    if profile is None:
        return []
    day, month = profile.birth_day, profile.birth_month
    lines = (
        (_("Salle préférée"), profile.area),
        (_("Table préférée"), profile.table_code),
        (_("Ce qui lui plaît"), profile.wishes),
        (_("Anniversaire"), day_and_month(day, month) if day and month else ""),
    )
    return [(label, value) for label, value in lines if value]


def _notes(person: Person, *, keeps: bool) -> list[dict[str, Any]]:
    return [
        {
            "text": note.text,
            "author": note.author,
            "when": local_day(note.written_at),
            "delete_url": url_for("guests.note_delete", id=person.id, note_id=note.id) if keeps else None,
        }
        for note in queries.notes_of(person.id)
    ]

"""The team's pages of guests: the list, one of them, what they like, and what must be known of their health."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.booking.guests.acquaintance import acquaintances
from app.booking.guests.datasets import GUESTS
from app.booking.guests.forms import GuestNoteForm, HealthForm, PreferenceForm, TaggingForm
from app.booking.guests.permissions import KEEP_GUESTS, KEEP_HEALTH, VIEW_GUESTS, VIEW_HEALTH
from app.booking.guests.presentation import guest_page, local_day
from app.booking.models import GuestNote, GuestProfile, HealthMention, HealthNature
from app.booking.permissions import CREATE, VIEW, day_under_way
from app.booking.queries import guests as queries
from app.booking.queries import rooms
from app.booking.service import guests as service
from app.directory.models import Person
from app.directory.queries import standing
from app.kernel import datasets, navigation
from app.kernel.access import acting
from app.kernel.db import db, transaction
from app.kernel.formats import clock_time, full_date, month_names
from app.kernel.forms import tidy
from app.kernel.guards import refuse, requires
from app.kernel.languages import _
from app.kernel.web import done, page, redirect_to

bp = Blueprint("guests", __name__, url_prefix="/admin")


@bp.before_request
def refuse_guests() -> ResponseReturnValue | None:
    """Keep these pages to the team."""
    return None if acting().is_staff else refuse()


@bp.get("/convives")
@requires(VIEW_GUESTS)
def guest_list() -> Response:
    """Show the guests as rows."""
    return datasets.list_page(GUESTS, "booking/guests/guest_list.html")


@bp.get("/convives/<uuid:id>")
@requires(VIEW_GUESTS, on=Person)
def guest_show(person: Person) -> Response:
    """Show one guest; a record made one with another leads there."""
    stands = standing(person)
    if stands is not person:
        return redirect_to(url_for(".guest_show", id=stands.id))
    return page("booking/guests/guest_show.html", **guest_page(person, acting(), GuestNoteForm()))


@bp.post("/convives/<uuid:id>/etiquettes")
@requires(KEEP_GUESTS, on=Person)
def tagging_update(person: Person) -> Response:
    """Choose the tags of a guest."""
    form = TaggingForm(queries.tags())
    if not form.validate_on_submit():
        abort(422, description=_("L’une de ces étiquettes n’existe plus : rechargez la page."))
    with transaction():
        service.choose_tags(person, form.chosen(), actor=acting())
    return _back_to(person, _("Les étiquettes sont gardées."))


@bp.get("/convives/<uuid:id>/preferences")
@requires(KEEP_GUESTS, on=Person)
def preference_edit(person: Person) -> Response:
    """Ask what a guest likes."""
    return _preference_page(person, _preference_form(queries.profile_of(person.id)))


@bp.post("/convives/<uuid:id>/preferences")
@requires(KEEP_GUESTS, on=Person)
def preference_update(person: Person) -> Response:
    """Keep what a guest likes."""
    form = _preference_form(queries.profile_of(person.id))
    if not form.validate_on_submit():
        return _preference_page(person, form, status=422)
    with transaction():
        service.keep_preferences(person, form.typed(), actor=acting())
    return _back_to(person, _("Les préférences sont gardées."))


@bp.post("/convives/<uuid:id>/notes")
@requires(KEEP_GUESTS, on=Person)
def note_create(person: Person) -> Response:
    """Keep a note about a guest."""
    form = GuestNoteForm()
    if not form.validate_on_submit():
        return page("booking/guests/guest_show.html", status=422, **guest_page(person, acting(), form))
    with transaction():
        service.write_guest_note(person, tidy(form.text.data), actor=acting())
    return _back_to(person, _("La note est gardée."))


@bp.post("/convives/<uuid:id>/notes/<uuid:note_id>/suppression")
@requires(KEEP_GUESTS, on=Person)
def note_delete(person: Person, note_id: UUID) -> Response:
    """Remove a note about a guest."""
    with transaction():
        note = db.session.get(GuestNote, note_id)
        if note is None or note.person_id != person.id:
            abort(404)
        service.remove_guest_note(person, note, actor=acting())
    return _back_to(person, _("La note est supprimée."))


# --- health -----------------------------------------------------------------------------------------------------


@bp.get("/sante-du-jour")
@requires(VIEW_HEALTH)
def health_list() -> Response:
    """Show what must be known today of the health of who is expected; having read it is a fact for each."""
    house, actor = navigation.current_house(), acting()
    if house is None or not actor.may(VIEW):
        abort(403, description=_("Votre compte n’a pas le droit de faire cela."))
    day = day_under_way(house)
    with transaction():
        parties = queries.expected_with_health(house.id, day, actor)
        people = {mention.person_id: mention.person for _reservation, mentions in parties for mention in mentions}
        service.tell_health_was_seen(list(people.values()), actor=actor)
    rows = [
        {
            "time": clock_time(reservation.local_time),
            "name": reservation.guest_name,
            "covers": reservation.covers,
            "tables": reservation.table_codes(),
            "mentions": [(mention.nature.label, mention.text) for mention in mentions],
        }
        for reservation, mentions in parties
    ]
    return page("booking/guests/health_list.html", rows=rows, day=full_date(day))


@bp.get("/convives/<uuid:id>/sante")
@requires(VIEW_HEALTH, on=Person)
def health_show(person: Person) -> Response:
    """Show what is noted of a guest's health; having read it is a fact."""
    return _health_page(person, HealthForm())


@bp.post("/convives/<uuid:id>/sante")
@requires(KEEP_HEALTH, on=Person)
def health_create(person: Person) -> Response:
    """Note something of a guest's health, to which they agreed."""
    form = HealthForm()
    if not form.validate_on_submit():
        return _health_page(person, form, status=422)
    with transaction():
        service.record_health(
            person,
            HealthNature(form.nature.data),
            tidy(form.text.data),
            consented=form.consent.data,
            actor=acting(),
        )
    return done(None, message=_("C’est noté."), fallback=url_for(".health_show", id=person.id))


@bp.post("/convives/<uuid:id>/sante/<uuid:mention_id>/suppression")
@requires(KEEP_HEALTH, on=Person)
def health_delete(person: Person, mention_id: UUID) -> Response:
    """Remove something of a guest's health."""
    with transaction():
        mention = db.session.get(HealthMention, mention_id)
        if mention is None or mention.person_id != person.id:
            abort(404)
        service.remove_health(person, mention, actor=acting())
    return done(None, message=_("La mention est supprimée."), fallback=url_for(".health_show", id=person.id))


# --- at the telephone -------------------------------------------------------------------------------------------


@bp.get("/convives/_connu")
@requires(CREATE)
def known_fragment() -> Response:
    """Say who the caller may be, while a form is filled in: their marks, their absences, whether they come today."""
    house = navigation.current_house()
    if house is None:
        abort(404)
    return page("booking/guests/_known_guest.html", **acquaintances(house, request.args))


# --- pages ------------------------------------------------------------------------------------------------------


def _back_to(person: Person, message: str) -> Response:
    return done(None, message=message, fallback=url_for(".guest_show", id=person.id))


def _preference_form(profile: GuestProfile | None) -> PreferenceForm:
    house = navigation.current_house()
    areas = [area.code for area in rooms.areas_of(house)] if house else []
    tables = [(table.code, table.code) for table in rooms.tables_of(house) if table.is_active] if house else []
    return PreferenceForm(areas, tables, month_names(), profile)


def _preference_page(person: Person, form: PreferenceForm, status: int = 200) -> Response:
    urls: dict[str, Any] = {
        "url": url_for(".preference_update", id=person.id),
        "guest_url": url_for(".guest_show", id=person.id),
    }
    return page("booking/guests/preference_edit.html", status=status, person=person, form=form, **urls)


def _health_page(person: Person, form: HealthForm, status: int = 200) -> Response:
    actor = acting()
    keeps, reads = actor.may(KEEP_HEALTH, person), actor.may(VIEW_HEALTH, person)
    if reads:
        with transaction():
            service.tell_health_was_seen([person], actor=actor)
    mentions = [
        {
            "nature": mention.nature.label,
            "text": mention.text,
            "consent": local_day(mention.consent_at),
            "who": mention.recorded_by,
            "delete_url": url_for(".health_delete", id=person.id, mention_id=mention.id) if keeps else None,
        }
        for mention in (queries.health_of(person.id) if reads else ())
    ]
    return page(
        "booking/guests/health_show.html",
        status=status,
        person=person,
        mentions=mentions,
        form=form if keeps else None,
        url=url_for(".health_create", id=person.id),
        guest_url=url_for(".guest_show", id=person.id) if actor.may(VIEW_GUESTS, person) else None,
    )

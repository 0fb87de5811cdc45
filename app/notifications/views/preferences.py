"""One's own preferences: how soon about what, presets, hours, the next digest, and what was silenced."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, abort, request, url_for

from app.directory.models import Person
from app.directory.queries import first_establishment
from app.kernel.access import Actor, acting
from app.kernel.db import transaction
from app.kernel.formats import instant
from app.kernel.guards import signed_in
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.messages import Channel
from app.kernel.notices import Mode, Notice, category_label, notices
from app.kernel.web import done, page
from app.notifications import queries, service
from app.notifications.forms import RhythmForm
from app.notifications.models import Mute, Rhythm
from app.notifications.notices import DIGEST
from app.notifications.post_office import by_which, mode_for
from app.notifications.queries import Line
from app.notifications.resolution import EVERYTHING
from app.notifications.service import Preset
from app.notifications.views.blueprint import bp
from app.notifications.views.centre import own_person

LETTERS_ONLY = (Mode.NOW, Mode.OFF)


@dataclass(frozen=True)
class Choice:
    """One line of the grid: a notice, with what was chosen for it, what may be, and what holds otherwise."""

    target: str
    label: str
    chosen: Mode | None
    modes: tuple[Mode, ...]
    otherwise: str
    is_required: bool = False


@dataclass(frozen=True)
class Group:
    """A category of the grid and its notices."""

    head: Choice
    choices: list[Choice]


@bp.get("/espace/notifications/preferences")
@signed_in
def preference_edit() -> Response:
    """Show the grid, the hours and the next digest."""
    return _preferences_page(_rhythm_form(own_person()))


@bp.post("/espace/notifications/preferences")
@signed_in
def preference_update() -> Response:
    """Keep what was chosen in the grid; only what it offers is read."""
    person, wishes = own_person(), {}
    for choice in _offered(person):
        typed = request.form.get(f"mode:{choice.target}")
        if typed is not None and not choice.is_required:
            if typed not in ("", *(mode.value for mode in choice.modes)):
                raise RuleBroken(_("« %(label)s » n’accepte pas cette valeur.", label=choice.label))
            wishes[choice.target] = Mode(typed) if typed else None
    with transaction():
        service.prefer(person, wishes, actor=acting())
    return _done(_("Vos préférences sont enregistrées."))


@bp.post("/espace/notifications/preferences/modele")
@signed_in
def preset_update() -> Response:
    """Choose for everything at once."""
    chosen = request.form.get("preset", "")
    if chosen not in list(Preset):
        abort(400)
    with transaction():
        service.take_preset(own_person(), Preset(chosen), actor=acting())
    return _done(_("Vos préférences suivent maintenant le modèle « %(name)s ».", name=Preset(chosen).label))


@bp.post("/espace/notifications/preferences/rythme")
@signed_in
def rhythm_update() -> Response:
    """Keep zone, quiet hours and pause."""
    person = own_person()
    form = _rhythm_form(person)
    if not form.validate_on_submit():
        return _preferences_page(form, 422)
    with transaction():
        service.set_rhythm(person, zone=form.zone.data, quiet=form.quiet, paused_until=form.pause_ends, actor=acting())
    return _done(_("Vos horaires sont enregistrés."))


@bp.post("/espace/notifications/silences/<uuid:mute_id>/retrait")
@signed_in
def mute_delete(mute_id: UUID) -> Response:
    """Hear of a record again."""
    muted = Mute.get(mute_id)
    if muted is None or muted.person_id != acting().person_id:
        abort(404)
    with transaction():
        service.unmute(muted)
    return _done(_("Vous entendrez de nouveau parler de cet élément."))


def _done(message: str) -> Response:
    return done(None, message=message, fallback=url_for(".preference_edit"))


def _preferences_page(form: RhythmForm, status: int = 200) -> Response:
    person = own_person()
    zone = form.zone.data or "Europe/Paris"
    digests = [
        (instant(leaves, zone), queries.lines_of([row.notification for row in rows], acting()))
        for leaves, rows in queries.waiting_digest(person.id)
    ]
    everything, *_others = _offered(person)
    return page(
        "notifications/preference_edit.html",
        status=status,
        everything=everything,
        groups=_groups(person),
        presets=[(preset, PRESET_HINTS[preset]()) for preset in Preset],
        form=form,
        digests=digests,
        mutes=_muted_lines(person),
    )


PRESET_HINTS = {
    Preset.ESSENTIAL: lambda: _("Par e-mail, seulement ce qui est obligatoire."),
    Preset.NORMAL: lambda: _("Ce qui presse aussitôt, le reste en résumé."),
    Preset.ALL: lambda: _("Tout par e-mail, aussitôt."),
}


# --- the grid -------------------------------------------------------------------------------------------------


def _groups(person: Person) -> list[Group]:
    wishes, roles = _wishes(person), queries.roles_of(person.id)
    by_category: dict[str, list[Notice]] = {}
    for declared in _concerning(acting()):
        by_category.setdefault(declared.category, []).append(declared)
    return [
        Group(
            Choice(
                category,
                category_label(category),
                wishes.get(category),
                tuple(Mode),
                _("Comme pour tout"),
                not any(declared.optional for declared in declared_here),
            ),
            [_choice(declared, wishes, by_which(declared, roles)) for declared in declared_here],
        )
        for category, declared_here in sorted(by_category.items(), key=lambda pair: category_label(pair[0]))
    ]


def _offered(person: Person) -> list[Choice]:
    """Give every choice of the grid, the one for everything first."""
    chosen = _wishes(person).get(EVERYTHING)
    everything = Choice(EVERYTHING, _("Tous les avis"), chosen, tuple(Mode), _("Comme le prévoit chaque avis"))
    groups = _groups(person)
    return [everything, *(choice for group in groups for choice in (group.head, *group.choices))]


def _choice(declared: Notice, wishes: dict[str, Mode], roles: frozenset[str]) -> Choice:
    around = {target: mode for target, mode in wishes.items() if target != declared.code}
    otherwise = mode_for(declared, around, roles)
    modes = tuple(Mode)
    if not declared.is_announced:
        modes, otherwise = LETTERS_ONLY, Mode.OFF if otherwise is Mode.OFF else Mode.NOW
    by_default = _("Par défaut : %(mode)s", mode=otherwise.label)
    return Choice(declared.code, _(declared.label), wishes.get(declared.code), modes, by_default, not declared.optional)


def _concerning(actor: Actor) -> list[Notice]:
    """Give the notices this person may get: those of their rights, and the optional letters to guests."""
    return [
        declared
        for declared in notices().values()
        if declared is not DIGEST
        and (actor.may(declared.audience) if declared.audience is not None else _is_personal(declared, actor))
    ]


def _is_personal(declared: Notice, actor: Actor) -> bool:
    """Letters of their own go to guests; what is announced without an audience is about one's own account."""
    return declared.is_announced or (declared.optional and not actor.is_staff)


def _wishes(person: Person) -> dict[str, Mode]:
    return queries.wishes_of([person.id], Channel.EMAIL).get(person.id, {})


# --- hours and silences ---------------------------------------------------------------------------------------


def _rhythm_form(person: Person) -> RhythmForm:
    house = first_establishment()
    own_zone = house.timezone if house is not None else "Europe/Paris"
    kept = queries.rhythms_of([person.id]).get(person.id) or Rhythm(zone=own_zone)
    pause = kept.paused_until.astimezone(ZoneInfo(kept.zone)).date() if kept.paused_until else None
    form = RhythmForm(zone=kept.zone, quiet_from=kept.quiet_from, quiet_until=kept.quiet_until, paused_until=pause)
    form.offer_zones(own_zone, kept.zone)
    return form


def _muted_lines(person: Person) -> list[tuple[Mute, Line]]:
    """Give each silence with the last line about its record."""
    pairs = queries.mutes_with_lines(person.id)
    lines = queries.lines_of([told for _muted, told in pairs], acting())
    return [(muted, line) for (muted, _told), line in zip(pairs, lines, strict=True)]

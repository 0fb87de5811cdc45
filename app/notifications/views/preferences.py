"""One's own preferences: how soon about what, presets, hours, the next digest, and what was silenced."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, abort, request, url_for

from app.directory.models import Person
from app.directory.queries import house_zone
from app.kernel import clock
from app.kernel.access import Actor, acting
from app.kernel.db import transaction
from app.kernel.formats import instant
from app.kernel.guards import signed_in
from app.kernel.languages import _
from app.kernel.lifecycle import Unfit
from app.kernel.messages import Channel
from app.kernel.notices import Mode, Notice, category_label, notices
from app.kernel.web import done, page
from app.notifications import push_keys, queries, service
from app.notifications.forms import RhythmForm
from app.notifications.models import Mute, Rhythm
from app.notifications.notices import DIGEST
from app.notifications.post_office import by_which, is_imposed, mode_for
from app.notifications.queries import Line
from app.notifications.resolution import AT_ONCE_OR_NEVER, EVERYTHING, modes_of
from app.notifications.service import Preset
from app.notifications.views.blueprint import bp
from app.notifications.views.centre import own_person
from app.notifications.ways import reached_by


@dataclass(frozen=True)
class Cell:
    """What was chosen on one channel, what may be (no modes: there is no choice), and what holds otherwise."""

    channel: Channel
    chosen: Mode | None
    modes: tuple[Mode, ...]
    otherwise: str
    is_required: bool = False


@dataclass(frozen=True)
class Choice:
    """One line of the grid: a notice, a category or everything, with a cell for each channel."""

    target: str
    label: str
    cells: list[Cell]


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
    person = own_person()
    wishes: dict[Channel, dict[str, Mode | None]] = {}
    for choice in _offered(person):
        for cell in choice.cells:
            typed = request.form.get(f"mode:{cell.channel}:{choice.target}")
            if typed is not None and cell.modes:
                wishes.setdefault(cell.channel, {})[choice.target] = _mode(typed, choice, cell)
    with transaction():
        for channel, wished in wishes.items():
            service.prefer(person, wished, actor=acting(), channel=channel)
    return _done(_("Vos préférences sont enregistrées."))


def _mode(typed: str, choice: Choice, cell: Cell) -> Mode | None:
    if typed not in ("", *(mode.value for mode in cell.modes)):
        raise Unfit(_("« %(label)s » n’accepte pas cette valeur.", label=choice.label))
    return Mode(typed) if typed else None


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
    zone = form.zone.data or clock.USUAL_ZONE
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
        channels=_channels(person),
        devices=[(device, instant(device.created_at, zone)) for device in queries.devices_of([person.id])],
        push_key=push_keys.public_key(),
        presets=[(preset, PRESET_HINTS[preset]()) for preset in Preset],
        form=form,
        digests=digests,
        mutes=_muted_lines(person),
    )


PRESET_HINTS = {
    Preset.ESSENTIAL: lambda: _("Par e-mail, seulement ce qui est obligatoire."),
    Preset.NORMAL: lambda: _("Ce qui presse aussitôt, le reste en résumé."),
    Preset.ALL: lambda: _("Tout aussitôt, par e-mail et sur vos appareils."),
}


# --- the grid -------------------------------------------------------------------------------------------------


def _groups(person: Person) -> list[Group]:
    wishes, roles, channels = _wishes(person), queries.roles_of(person.id), _channels(person)
    by_category: dict[str, list[Notice]] = {}
    for declared in _concerning(acting()):
        by_category.setdefault(declared.category, []).append(declared)
    return [
        Group(
            _broad_choice(
                category,
                category_label(category),
                wishes,
                channels,
                lambda _channel: _("Comme pour tout"),
                imposed=not any(declared.optional for declared in declared_here),
            ),
            [
                Choice(
                    declared.code,
                    _(declared.label),
                    [_cell(declared, wishes, channel, by_which(declared, roles)) for channel in channels],
                )
                for declared in declared_here
            ],
        )
        for category, declared_here in sorted(by_category.items(), key=lambda pair: category_label(pair[0]))
    ]


def _channels(person: Person) -> list[Channel]:
    """Give the channels by which this person can be told here."""
    return [channel for channel, reached in reached_by([person.id]).items() if person.id in reached]


def _offered(person: Person) -> list[Choice]:
    """Give every choice of the grid, the one for everything first."""
    everything = _broad_choice(EVERYTHING, _("Tous les avis"), _wishes(person), _channels(person), _by_itself)
    groups = _groups(person)
    return [everything, *(choice for group in groups for choice in (group.head, *group.choices))]


def _by_itself(channel: Channel) -> str:
    if channel is Channel.EMAIL:
        return _("Comme le prévoit chaque avis")
    return _("Ce qui presse") if channel is Channel.PUSH else _("Jamais, par défaut")


def _broad_choice(
    target: str,
    label: str,
    wishes: queries.Wishes,
    channels: list[Channel],
    otherwise: Callable[[Channel], str],
    *,
    imposed: bool = False,
) -> Choice:
    """Give the line of a category, or of everything; one that is `imposed` leaves no choice where it must come."""
    cells = [
        Cell(channel, None, (), "", is_required=True)
        if imposed and channel is Channel.EMAIL
        else Cell(channel, wishes.get(channel, {}).get(target), modes_of(channel), otherwise(channel))
        for channel in channels
    ]
    return Choice(target, label, cells)


def _cell(declared: Notice, wishes: queries.Wishes, channel: Channel, roles: frozenset[str]) -> Cell:
    if is_imposed(declared, channel):
        return Cell(channel, None, (), "", is_required=True)
    is_letter = not declared.is_announced
    if is_letter and channel not in declared.written_for:
        return Cell(channel, None, (), "")
    here = wishes.get(channel, {})
    around = {target: mode for target, mode in here.items() if target != declared.code}
    otherwise, modes = mode_for(declared, {channel: around}, channel, roles), modes_of(channel)
    if is_letter:
        modes, otherwise = AT_ONCE_OR_NEVER, Mode.OFF if otherwise is Mode.OFF else Mode.NOW
    by_default = _("%(mode)s, par défaut", mode=otherwise.label)
    return Cell(channel, here.get(declared.code), modes, by_default)


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


def _wishes(person: Person) -> queries.Wishes:
    return queries.wishes_of([person.id]).get(person.id, {})


# --- hours and silences ---------------------------------------------------------------------------------------


def _rhythm_form(person: Person) -> RhythmForm:
    own_zone = house_zone()
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

"""Settings pages of the letters: the list of them, and one letter in one language, with its preview."""

import re
from dataclasses import asdict
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from app.directory.models import Establishment
from app.kernel import documents, printing, telling
from app.kernel.access import acting, chapters
from app.kernel.answers import put
from app.kernel.audit import AuditEntry
from app.kernel.db import transaction
from app.kernel.editions import Overtaken, edition_opened, refuse_overtaken
from app.kernel.files import send_attachment
from app.kernel.formats import instant
from app.kernel.guards import own_house, requires
from app.kernel.languages import LANGUAGES, N_, _, speaking
from app.kernel.letterheads import logo_of
from app.kernel.letters import Letter, written
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, write_limit
from app.kernel.navigation import entry
from app.kernel.security import holding_frames
from app.kernel.web import done, page
from app.kernel.wordings import TagsEmpty, Texts, Wording, wordings
from app.notifications.permissions import WORD
from app.notifications.views.frames import framed
from app.notifications.wordings import queries, service
from app.notifications.wordings.forms import WordingForm, form_of

bp = Blueprint("wordings", __name__, url_prefix="/admin/reglages/courriers")
PLAIN = "texte"

entry(
    "settings",
    N_("Courriers et documents"),
    "wordings.wording_list",
    icon="mail",
    permission=WORD,
    order=72,
    hint=N_("Les textes de vos lettres, reçus, factures et feuilles, langue par langue."),
)


@bp.get("")
@requires(WORD)
def wording_list() -> Response:
    """Show every letter, and in which languages the house has its own words."""
    house = own_house(WORD)
    kept = queries.reworded(house.id)
    return page(
        "notifications/wordings/wording_list.html",
        groups=_groups(),
        spoken=list(LANGUAGES.items()),
        kept=kept,
    )


@bp.get("/<string:code>/<string:language>")
@requires(WORD)
def wording_edit(code: str, language: str) -> Response:
    """Show what a letter says, and what it looks like; or take up what it said after one of its changes."""
    declared, house = _declared(code, language), own_house(WORD)
    texts, message = _texts(declared, language, house), ""
    version = request.args.get("version", type=int)
    if version is not None:
        texts = queries.texts_at(version, code, language, house.id, texts) or abort(404)
        message = _("Cette version est reprise ci-dessous. Enregistrez pour qu’elle revienne ; rien n’a encore changé.")
    return _page(declared, language, house, form_of(declared, texts), message=message)


@bp.post("/<string:code>/<string:language>")
@requires(WORD)
def wording_update(code: str, language: str) -> Response:
    """Keep the words typed, or say which of them cannot be said."""
    declared, house = _declared(code, language), own_house(WORD)
    form, status = form_of(declared), 422
    if form.validate_on_submit():
        try:
            with transaction():
                standing = partial(_standing, declared, language, house)
                refuse_overtaken(f"{house.id} {code} {language}", standing, asdict(form.texts))
                service.word_letter(declared, form.texts, language=language, house=house, actor=acting())
        except Overtaken as overtaken:
            return _page(declared, language, house, form, overtaken.status, overtaken=overtaken)
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            return _back(_saved(declared), code, language)
    return _page(declared, language, house, form, status)


@bp.post("/<string:code>/<string:language>/origine")
@requires(WORD)
def wording_delete(code: str, language: str) -> Response:
    """Say the original again."""
    declared, house = _declared(code, language), own_house(WORD)
    with transaction():
        service.take_back_wording(declared, language=language, house=house, actor=acting())
    return _back(_("Le texte d’origine est remis."), code, language)


@bp.post("/<string:code>/<string:language>/essai")
@requires(WORD)
@limiter.limit(write_limit)
def trial_create(code: str, language: str) -> Response:
    """Send oneself the letter with the words typed, kept or not."""
    declared, house = _declared(code, language), own_house(WORD)
    form, status, message = form_of(declared), 422, ""
    if declared.is_paper:
        abort(404)
    if form.validate_on_submit():
        try:
            with transaction():
                address = service.try_wording(declared, form.texts, language=language, house=house, actor=acting())
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            status, message = 200, _("Un essai part à %(address)s. Rien d’autre n’est enregistré.", address=address)
    return _page(declared, language, house, form, status, message=message)


@bp.get("/<string:code>/<string:language>/apercu")
@requires(WORD)
def preview_show(code: str, language: str) -> Response:
    """Show the letter as it is sent now, in a frame."""
    declared, house = _declared(code, language), own_house(WORD)
    return _preview(
        declared, language, house, _texts(declared, language, house), plain=request.args.get("forme") == PLAIN
    )


@bp.post("/<string:code>/<string:language>/apercu")
@requires(WORD)
def preview_create(code: str, language: str) -> Response:
    """Show the letter with the words typed, in a frame; what cannot be said is told there."""
    declared, house = _declared(code, language), own_house(WORD)
    form = form_of(declared)
    if form.validate_on_submit():
        try:
            declared.check(form.texts)
        except RuleBroken as refusal:
            put(refusal, form)
        else:
            return _preview(declared, language, house, form.texts, plain=request.form.get("forme") == PLAIN)
    return _refused(form)


@bp.post("/<string:code>/<string:language>/apercu.pdf")
@requires(WORD)
@limiter.limit(write_limit)
def paper_create(code: str, language: str) -> Response:
    """Draw the document with the words typed, kept or not."""
    declared, house = _declared(code, language), own_house(WORD)
    form = form_of(declared)
    if not declared.is_paper:
        abort(404)
    if form.validate_on_submit():
        try:
            declared.check(form.texts)
            with speaking(language):
                sample: Letter = declared.sample(house)
                content = documents.drawn(documents.documents()[code], sample.context, form.texts)
        except RuleBroken as refusal:
            put(refusal, form)
        except documents.NOT_DRAWN as reason:
            form.form_errors.append(str(reason))
        else:
            return send_attachment(content, documents.PDF, f"{code}.pdf")
    return _refused(form)


# --- pages ----------------------------------------------------------------------------------------------------


def _groups() -> list[tuple[str, list[Wording]]]:
    """Give the letters of each slice under its name, those to guests first: the highest slices declare last."""
    groups: dict[str, list[Wording]] = {}
    for code, declared in wordings().items():
        groups.setdefault(code.partition(".")[0], []).append(declared)
    return [(_(chapters()[slice_]), letters) for slice_, letters in reversed(groups.items())]


def _page(
    declared: Wording,
    language: str,
    house: Establishment,
    form: WordingForm,
    status: int = 200,
    message: str = "",
    overtaken: Overtaken | None = None,
) -> Response:
    with speaking(language):
        letter = declared.sample(house)
        examples = declared.examples({**letter.context, "sender_name": letter.sender_name})
    where: dict[str, Any] = {"code": declared.code, "language": language}
    shown = page(
        "notifications/wordings/wording_edit.html",
        status=status,
        form=form,
        edition=edition_opened(_standing(declared, language, house), overtaken),
        differences=overtaken.differences({field.name: field.label.text for field in form}) if overtaken else [],
        letter=declared,
        message=message,
        tags=examples,
        spoken=language,
        languages_of=[
            (code, name, url_for(".wording_edit", code=declared.code, language=code))
            for code, name in LANGUAGES.items()
        ],
        is_kept=queries.kept_wording(declared.code, language, house.id) is not None,
        history=[
            _line(entry, house, url_for(".wording_edit", **where, version=entry.number))
            for entry in queries.history_of(declared.code, language, house.id)
        ],
        edit_url=url_for(".wording_edit", **where),
        update_url=url_for(".wording_update", **where),
        origin_url=url_for(".wording_delete", **where),
        trial_url="" if declared.is_paper else url_for(".trial_create", **where),
        paper_url=url_for(".paper_create", **where) if declared.is_paper else "",
        preview_url=url_for(".preview_create", **where),
    )
    return holding_frames(shown)


def _preview(declared: Wording, language: str, house: Establishment, texts: Texts, *, plain: bool) -> Response:
    if declared.is_paper:
        return _paper(declared, language, house, texts)
    with speaking(language):
        letter: Letter = declared.sample(house)
        letter.wording, letter.draft = declared.code, texts
        said = written(letter, declared.code, language=language, logo=logo_of(house))
    if plain:
        return framed(f"{said.subject}\n\n{said.text}", mimetype="text/plain")
    above = render_template("emails/_base/subject.html", subject=said.subject)
    return framed(re.sub(r"<body[^>]*>", lambda body: body[0] + above, said.html, count=1))


def _paper(declared: Wording, language: str, house: Establishment, texts: Texts) -> Response:
    with speaking(language):
        sample: Letter = declared.sample(house)
        try:
            html = documents.written(documents.documents()[declared.code], sample.context, texts)
        except TagsEmpty as missing:
            return framed(str(missing), mimetype="text/plain", status=422)
    return framed(printing.on_screen(html))


def _refused(form: WordingForm) -> Response:
    refusals = [*form.form_errors, *(error for errors in form.errors.values() for error in errors)]
    return framed("\n".join(dict.fromkeys(map(str, refusals))), mimetype="text/plain", status=422)


def _line(entry: AuditEntry, house: Establishment, url: str) -> dict[str, Any]:
    return {
        "url": url,
        "sentence": telling.sentence_of(entry),
        "instant": instant(entry.at, house.timezone),
        "iso": entry.at.isoformat(),
        "icon": "history",
        "detail": " ".join(f"{change}." for change in telling.changes_of(entry)),
    }


def _saved(declared: Wording) -> str:
    if declared.is_paper:
        return _("Le texte est enregistré : les prochains documents le diront.")
    return _("Le texte est enregistré : les prochains courriers le diront.")


def _back(message: str, code: str, language: str) -> Response:
    return done(None, message=message, fallback=url_for(".wording_edit", code=code, language=language))


def _texts(declared: Wording, language: str, house: Establishment) -> Texts:
    with speaking(language):
        return queries.kept_texts(declared.code, language, house.id) or declared.original()


def _standing(declared: Wording, language: str, house: Establishment) -> dict[str, str]:
    return asdict(_texts(declared, language, house))


def _declared(code: str, language: str) -> Wording:
    found = wordings().get(code)
    return found if found is not None and language in LANGUAGES else abort(404)

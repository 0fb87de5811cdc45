"""Verbs on the words of letters."""

from dataclasses import asdict, replace

from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db, new_id
from app.kernel.events import Changes, publish
from app.kernel.languages import LANGUAGES, _, speaking
from app.kernel.lifecycle import RuleBroken, require
from app.kernel.wordings import Texts, Wording
from app.notifications.permissions import WORD
from app.notifications.ways import mailboxes
from app.notifications.wordings import queries
from app.notifications.wordings.events import LetterWorded, WordingTakenBack
from app.notifications.wordings.models import LetterWording, wording_id
from app.notifications.wordings.trial import TRIAL


def word_letter(declared: Wording, texts: Texts, *, language: str, house: Establishment, actor: Actor) -> None:
    """Say a letter in the establishment's own words. Raises RuleBroken, naming the field, for what cannot be said."""
    require(actor, WORD, house)
    declared.check(texts)
    with speaking(language):
        original = declared.original()
    kept = queries.kept_wording(declared.code, language, house.id)
    before = kept.texts if kept else original
    if texts == before:
        return
    if texts == original:
        take_back_wording(declared, language=language, house=house, actor=actor)
        return
    if kept is None:
        kept = LetterWording(
            id=wording_id(house.id, declared.code, language),
            establishment_id=house.id,
            letter=declared.code,
            language=language,
        )
        db.session.add(kept)
    kept.subject, kept.opening, kept.closing, kept.changed_at = *asdict(texts).values(), clock.now()
    publish(LetterWorded(kept, actor, LANGUAGES[language], changes=_changes(before, texts)))


def take_back_wording(declared: Wording, *, language: str, house: Establishment, actor: Actor) -> None:
    """Say the original again; nothing changes where it is said already."""
    require(actor, WORD, house)
    kept = queries.kept_wording(declared.code, language, house.id)
    if kept is not None:
        with speaking(language):
            changes = _changes(kept.texts, declared.original())
        publish(WordingTakenBack(kept, actor, LANGUAGES[language], changes=changes))
        db.session.delete(kept)


def try_wording(declared: Wording, texts: Texts, *, language: str, house: Establishment, actor: Actor) -> str:
    """Send oneself the letter as it would be, about a guest who does not exist; give the address it goes to."""
    require(actor, WORD, house)
    declared.check(texts)
    addresses = mailboxes([actor.person_id]).get(actor.person_id, []) if actor.person_id else []
    if not addresses:
        raise RuleBroken(_("Votre compte n’a pas d’adresse à laquelle envoyer l’essai."))
    TRIAL.send(
        to=replace(addresses[0], language=language),
        about=house,
        key=f"{TRIAL.code}:{new_id()}",
        wording=declared.code,
        **asdict(texts),
    )
    return addresses[0].address


def _changes(before: Texts, after: Texts) -> Changes:
    stood, stands = asdict(before), asdict(after)
    return {name: (stood[name], text) for name, text in stands.items() if stood[name] != text}

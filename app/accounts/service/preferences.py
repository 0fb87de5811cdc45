"""What a user prefers: kept on their account, said in facts by name only."""

import json

from flask import g

from app.accounts.events import PreferencesChanged
from app.accounts.models import User
from app.accounts.service.users import own_user
from app.kernel import settings
from app.kernel.access import Actor
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.preferences import declared_preferences

FILE_FORMAT = "guichet-preferences/1"


def change_preferences(user: User, chosen: dict[str, str | None], *, actor: Actor) -> None:
    """Keep what a user chose; None goes back to what is proposed. Raises RuleBroken for a value that does not fit."""
    declared = {preference.code: preference for preference in declared_preferences()}
    kept = dict(user.preferences or {})
    for code, raw in chosen.items():
        if raw is None:
            kept.pop(code, None)
        else:
            kept[code] = str(declared[code].parse(raw))
    changed = tuple(code for code in declared if kept.get(code) != (user.preferences or {}).get(code))
    if changed:
        user.preferences = kept
        publish(PreferencesChanged(user, actor, changed))
        g.pop("actor", None)
        g.pop("language", None)


def propose(chosen: dict[str, str | None], *, role: str, actor: Actor) -> None:
    """Keep what is proposed to a role, or to everybody when it names none; None takes the proposal back."""
    level, holder = ("role", role) if role else (settings.INSTALLATION, "")
    declared = {preference.code: preference for preference in declared_preferences()}
    for code, raw in chosen.items():
        if raw is None:
            settings.forget(declared[code], level=level, holder=holder)
        else:
            settings.change(declared[code], raw, level=level, holder=holder)
    publish(PreferencesChanged(own_user(actor), actor, tuple(chosen), role or "*"))


def written_file(user: User) -> str:
    """Write a user's choices as a file."""
    return json.dumps({"format": FILE_FORMAT, "preferences": user.preferences or {}}, indent=2, ensure_ascii=False)


def read_file(content: bytes) -> dict[str, str | None]:
    """Read a file of choices. Raises RuleBroken, saying what is wrong, when it is none or holds what does not fit."""
    try:
        read = json.loads(content)
    except ValueError as error:
        raise RuleBroken(_("Ce fichier n’est pas lisible : il devait être du JSON."), "file") from error
    chosen = read.get("preferences") if isinstance(read, dict) and read.get("format") == FILE_FORMAT else None
    if not isinstance(chosen, dict):
        raise RuleBroken(_("Ce fichier n’a pas été exporté de cette page."), "file")
    declared = {preference.code: preference for preference in declared_preferences()}
    unknown = [str(code)[:40] for code in chosen if code not in declared]
    if unknown:
        raise RuleBroken(_("Ce choix n’existe pas : « %(code)s ».", code=unknown[0]), "file")
    return {code: str(declared[code].parse(str(raw))) for code, raw in chosen.items()}

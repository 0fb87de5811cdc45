"""What a user prefers: kept on their account, said in facts by name only."""

import json
from dataclasses import replace

from flask import g

from app.accounts.events import PreferencesChanged
from app.accounts.models import User
from app.accounts.service.users import own_user
from app.kernel import settings
from app.kernel.access import Actor
from app.kernel.db import transaction
from app.kernel.events import publish
from app.kernel.languages import _, ngettext
from app.kernel.lifecycle import Unfit
from app.kernel.preferences import AUTO, CALENDAR_FROM, CALENDAR_UNTIL, declared_preferences, kept_preferences

MOST_NAMED = 5
FILE_FORMAT = "guichet-preferences/1"


def change_preferences(user: User, chosen: dict[str, str | None], *, actor: Actor) -> None:
    """Keep what a user chose; None goes back to what is proposed. Raises RuleBroken for a value that does not fit."""
    kept, before = _with(user, chosen), user.preferences or {}
    changed = tuple(code for code in kept_preferences() if kept.get(code) != before.get(code))
    if changed:
        user.preferences = kept
        publish(PreferencesChanged(user, actor, changed))
        g.pop("actor", None)
        g.pop("language", None)


def keep_own(chosen: dict[str, str | None], *, actor: Actor) -> None:
    """Keep what the acting user chose somewhere else than on the page of preferences."""
    with transaction():
        change_preferences(own_user(actor), chosen, actor=actor)


def try_on(user: User, chosen: dict[str, str | None], *, actor: Actor) -> None:
    """Show the rest of this request as these choices would have it; nothing is kept.

    Raises RuleBroken for a value that does not fit.
    """
    g.actor = replace(actor, preferences=_with(user, chosen))
    g.pop("language", None)


def _with(user: User, chosen: dict[str, str | None]) -> dict[str, str]:
    """Give a user's choices with these; None goes back to what is proposed."""
    declared = kept_preferences()
    kept = dict(user.preferences or {})
    for code, raw in chosen.items():
        if raw is None:
            kept.pop(code, None)
        else:
            kept[code] = str(declared[code].parse(raw))
    _refuse_no_hours(kept)
    return kept


def _refuse_no_hours(kept: dict[str, str]) -> None:
    starts, ends = kept.get(CALENDAR_FROM.code, AUTO), kept.get(CALENDAR_UNTIL.code, AUTO)
    if AUTO not in (starts, ends) and int(starts) >= int(ends):
        raise Unfit(_("Le calendrier doit finir après l’heure à laquelle il commence."))


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
        raise Unfit(_("Ce fichier n’est pas lisible : il devait être du JSON."), "file") from error
    chosen = read.get("preferences") if isinstance(read, dict) and read.get("format") == FILE_FORMAT else None
    if not isinstance(chosen, dict):
        raise Unfit(_("Ce fichier n’a pas été exporté de cette page."), "file")
    declared = kept_preferences()
    unknown = [str(code)[:40] for code in chosen if code not in declared]
    if unknown:
        named = ", ".join(unknown[:MOST_NAMED]) + ("…" if len(unknown) > MOST_NAMED else "")
        raise Unfit(
            ngettext(
                "Rien n’est repris. Ce choix n’existe pas ici : %(named)s.",
                "Rien n’est repris. Ces choix n’existent pas ici : %(named)s.",
                len(unknown),
                named=named,
            ),
            "file",
        )
    return {code: str(declared[code].parse(str(raw))) for code, raw in chosen.items()}

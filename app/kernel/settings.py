"""Settings: declared by the slices with a type and a level, kept as rows, changed without a restart."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import has_request_context, session
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Base, after_commit, db, is_writing, put_aside
from app.kernel.languages import _
from app.kernel.lifecycle import Unfit

T = TypeVar("T", int, str, bool)
INSTALLATION = "installation"
LEVELS = (INSTALLATION, "establishment", "role", "user")
REREAD_SECONDS = 3.0
SETTLED_AT = "settled_at"
CHANGED = "settings changed"


class SettingValue(Base):
    """A value that differs from the default, at one level, for one holder ("" at the installation's)."""

    __tablename__ = "setting_values"

    code: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    level: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(500))
    changed_at: Mapped[datetime]


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A typed setting: the most specific level that has a value wins, then the default."""

    code: str
    label: str
    default: T
    levels: tuple[str, ...]
    page: str
    hint: str
    choices: tuple[tuple[str, str], ...]
    check: Callable[[T], bool] | None

    def value(self, **holders: str) -> T:
        """Give the value for these holders, as ``value(establishment=str(id))``."""
        kept = _kept()
        for level in reversed(self.levels):
            raw = kept.get((self.code, level, holders.get(level, "") if level != INSTALLATION else ""))
            if raw is not None:
                return self.parse(raw)
        return self.default

    def kept_at(self, level: str, holder: str) -> T | None:
        """Give the value kept at one level for one holder; None when there is none."""
        raw = _kept().get((self.code, level, holder))
        return None if raw is None else self.parse(raw)

    def parse(self, raw: str) -> T:
        """Read a typed or stored text.

        Raises Unfit when it is not of the setting's type, or out of its bounds.
        """
        parsed: Any = raw.strip()
        if isinstance(self.default, bool):
            parsed = parsed.lower() in ("1", "true", "yes", "on", "oui")
        elif isinstance(self.default, int):
            if not re.fullmatch(r"-?[0-9]{1,9}", parsed):
                raise Unfit(_("« %(label)s » attend un nombre entier.", label=_(self.label)))
            parsed = int(parsed)
        known = [choice for choice, _label in self.choices]
        if (known and parsed not in known) or (self.check is not None and not self.check(parsed)):
            raise Unfit(_("« %(label)s » n’accepte pas cette valeur.", label=_(self.label)))
        accepted: T = parsed
        return accepted


_declared: dict[str, Setting[Any]] = {}
_cache: dict[str, Any] = {"read_at": -1e9, "values": {}}


def setting(
    code: str,
    label: str,
    default: T,
    *,
    levels: tuple[str, ...] = (INSTALLATION,),
    page: str = "general",
    hint: str = "",
    choices: tuple[tuple[str, str], ...] = (),
    check: Callable[[T], bool] | None = None,
) -> Setting[T]:
    """Declare a setting; `page` names the settings page that shows it."""
    declared = Setting(code, label, default, levels, page, hint, choices, check)
    _declared[code] = declared
    return declared


def settings() -> dict[str, Setting[Any]]:
    """Give every declared setting by its code."""
    return _declared


def change(declared: Setting[Any], raw: str, *, level: str = INSTALLATION, holder: str = "") -> Any:
    """Keep a value; raises RuleBroken when it does not fit. Gives the value read back."""
    value = declared.parse(raw)
    text = str(value)
    row = db.session.get(SettingValue, (declared.code, level, holder))
    if row is None:
        row = SettingValue(code=declared.code, level=level, holder=holder, value=text, changed_at=clock.now())
        db.session.add(row)
    row.value, row.changed_at = text, clock.now()
    _settle()
    return value


def forget(declared: Setting[Any], *, level: str = INSTALLATION, holder: str = "") -> None:
    """Take a kept value away: what is above it holds again."""
    db.session.execute(
        sa.delete(SettingValue).where(
            SettingValue.code == declared.code, SettingValue.level == level, SettingValue.holder == holder
        )
    )
    _settle()


def settled_lately() -> bool:
    """Whether this session changed a setting so lately that another process may not have read it yet."""
    return time.time() - float(session.get(SETTLED_AT, 0.0)) < 2 * REREAD_SECONDS


def forget_kept() -> None:
    """Read the rows anew at the next question."""
    _cache["read_at"] = -1e9


def _settle() -> None:
    put_aside()[CHANGED] = True
    after_commit(forget_kept)
    if has_request_context():
        session[SETTLED_AT] = time.time()


def _kept() -> dict[tuple[str, str, str], str]:
    """Give all rows, read again every few seconds: other processes see a change within that time.

    A transaction that changes some sees what it wrote, and keeps it for nobody: it may yet be rolled back.
    """
    if is_writing() and put_aside().get(CHANGED):
        return _rows()
    if time.monotonic() - _cache["read_at"] > REREAD_SECONDS:
        _cache["values"] = _rows()
        _cache["read_at"] = time.monotonic()
    values: dict[tuple[str, str, str], str] = _cache["values"]
    return values


def _rows() -> dict[tuple[str, str, str], str]:
    rows = db.session.execute(sa.select(SettingValue.code, SettingValue.level, SettingValue.holder, SettingValue.value))
    return {(code, level, holder): value for code, level, holder, value in rows}

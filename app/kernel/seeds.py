"""Seeds: what a new installation begins with. Each is declared once, runs once, and is remembered as done.

One that has parts runs again in an installation that grew, for the parts it has not met.

"reference" seeds belong to every installation (roles); "demo" seeds make the example restaurant, and never run in
production. What the demo wants said at start, its logins and where to look, is announced here too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Mapped, mapped_column

from app.config import Configuration
from app.kernel import clock
from app.kernel.db import Base, db, transaction
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

Plant = TypeVar("Plant", bound=Callable[..., None])

REFERENCE = "reference"
DEMO = "demo"


class SeedDone(Base):
    """A seed that has run, and when."""

    __tablename__ = "seeds_done"

    name: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    at: Mapped[datetime]


@dataclass(frozen=True)
class Seed:
    """A declared seed; those of lower order run first."""

    name: str
    kind: str
    order: int
    plant: Callable[..., None]
    parts: Callable[[], Iterable[str]] | None = None

    def marks(self) -> dict[str, str]:
        """Give the notes that it has run, each with the part it stands for."""
        return {self.name: ""} if self.parts is None else {f"{self.name}:{part}": part for part in self.parts()}


class DemoLogin(NamedTuple):
    """A login of the demo, as told at start and on the login page."""

    label: str
    login: str
    password: str


_seeds: dict[str, Seed] = {}
_logins: list[DemoLogin] = []
_pages: list[tuple[str, str]] = []


def seed(kind: str, order: int = 50, *, parts: Callable[[], Iterable[str]] | None = None) -> Callable[[Plant], Plant]:
    """Declare a function as a seed of a kind: "reference" or "demo". It runs inside a transaction.

    With `parts` it is given, as a list, those among them that no run was given before.
    """

    def declare(plant: Plant) -> Plant:
        name = f"{plant.__module__.removeprefix('app.')}.{plant.__name__}"
        _seeds[name] = Seed(name, kind, order, plant, parts)
        return plant

    return declare


def announce_login(label: str, login: str, password: str) -> None:
    """Say a login of the demo at start, and on its login page."""
    _logins.append(DemoLogin(label, login, password))


def announce_page(label: str, path: str) -> None:
    """Say at start where something of the demo is seen, such as the captured mail."""
    _pages.append((label, path))


def announcements() -> list[DemoLogin]:
    """Give the logins of the demo."""
    return list(_logins)


def announced_pages() -> list[tuple[str, str]]:
    """Give label and path of what the demo shows."""
    return list(_pages)


def run_seeds(app: Flask, kind: str) -> list[str]:
    """Run, in order, every seed of a kind that has not run here yet, whole or in part; give their names.

    Each runs in one transaction with the note that it has. Raises RuleBroken for the demo in production.
    """
    configuration: Configuration = app.config["CONFIGURATION"]
    if kind == DEMO and configuration.environment == "production":
        raise RuleBroken(_("La démonstration ne s’installe pas en production (ENVIRONMENT=production)."))
    ordered = sorted(_seeds.values(), key=lambda declared: (declared.order, declared.name))
    return [declared.name for declared in ordered if declared.kind == kind and _runs(declared)]


def _runs(declared: Seed) -> bool:
    if not _not_done(declared):
        return False
    with transaction() as session:
        marks = _not_done(declared)
        if not marks:
            return False
        session.add_all(SeedDone(name=mark, at=clock.now()) for mark in marks)
        if declared.parts is None:
            declared.plant()
        else:
            declared.plant(list(marks.values()))
    return True


def _not_done(declared: Seed) -> dict[str, str]:
    marks = declared.marks()
    done = set(db.session.scalars(sa.select(SeedDone.name).where(SeedDone.name.in_(marks))))
    return {mark: part for mark, part in marks.items() if mark not in done}

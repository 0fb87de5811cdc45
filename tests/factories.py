"""Records for tests, made by the services where there is one. Each opens its own transaction, or joins."""

from datetime import timedelta
from types import SimpleNamespace

from app.accounts import service as accounts
from app.accounts.models import User
from app.directory import service as directory
from app.directory.models import Establishment, Person
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import db, transaction
from app.kernel.outbox import JobState, OutboxRow
from app.kernel.scopes import Scope
from tests.harness.scenes import scene

PASSWORD = "un mot de passe assez long"
TESTS = system("tests")


def make_person(first_name: str = "Paul", last_name: str = "Martin", *, email: str | None = None) -> Person:
    """A person the house knows; the address follows from the name."""
    email = email or f"{first_name}.{last_name}@example.org".lower().replace("é", "e").replace(" ", "-")
    with transaction():
        return directory.known_or_new_person(
            first_name=first_name, last_name=last_name, email=email, phone=None, language="fr"
        )


@scene
def make_user(first_name: str, role: str, *, email: str | None = None, scope: Scope | None = None) -> User:
    """A user with one role, over the whole installation unless a scope is given."""
    email = email or f"{first_name}@example.org".lower().replace("é", "e")
    with transaction() as session:
        accounts.seed_roles()
        user = accounts.create_user(
            first_name=first_name, last_name="Martin", email=email, password=PASSWORD, role=role, actor=TESTS
        )
        if scope is not None:
            user.grants[0].scope_kind, user.grants[0].scope_id = scope.kind, scope.id
        session.flush()
    return user


@scene
def make_cast() -> SimpleNamespace:
    """Alice and Eve, guests; Bruno serves, Diane receives, Chloé manages, Anne administers."""
    with transaction():
        return SimpleNamespace(
            alice=make_person("Alice", "Durand", email="alice@example.org"),
            eve=make_person("Eve", "Moreau", email="eve@example.org"),
            bruno=make_user("Bruno", "waiter"),
            diane=make_user("Diane", "host"),
            chloe=make_user("Chloé", "manager"),
            admin=make_user("Anne", "administrator", email="admin@example.org"),
        )


@scene
def make_establishment(slug: str = "maison", name: str = "La Maison") -> Establishment:
    """A place of business, without opening hours or tables."""
    with transaction() as session:
        establishment = directory.new_establishment(slug=slug, name=name)
        session.flush()
        return establishment


def make_outbox_row(job: str, *, key: str = "key", due_in: timedelta = timedelta(0), **arguments: object) -> OutboxRow:
    """A promise, as `Job.later` writes it but without handing it to RQ."""
    with transaction() as session:
        now = clock.now()
        row = OutboxRow(
            job=job,
            arguments=arguments,
            natural_key=key,
            state=JobState.WAITING,
            due_at=now + due_in,
            attempts=0,
            last_error="",
            created_at=now,
        )
        session.add(row)
    return db.session.get_one(OutboxRow, row.id)

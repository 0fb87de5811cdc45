"""Getting to know the running house once, so that every page can be opened: records' ids, and who holds which cookie."""

import hashlib
import json
import re
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.browser.newcomers import accept, gather_links, invite, register
from tests.browser.places import ADMINISTRATOR, BEARER, GUEST, MANAGER, MEMBER, STRANGER, WAITER
from tests.browser.walking import Guest, book, letters_to, log_in, turn_to_next_month
from tests.harness.live import eventually

FIRST_OF = {
    "table": "tables", "shift": "shifts", "closure": "closures", "close_out": "close_outs", "exceptional_day": "exceptional_days", "combination": "combinations",
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """`names` fill in addresses; `cookies` make a window somebody's."""

    names: dict[str, str]
    cookies: dict[str, list[dict]]


def acquaint(browser, house) -> Known:
    """Book a table, log everybody in, and read a few ids from the database."""
    cookies: dict[str, list[dict]] = {STRANGER: []}
    context = browser.new_context(base_url=house.url, locale="fr-FR", timezone_id="Europe/Paris")
    page, guest = context.new_page(), Guest()
    book(page, guest)
    own = re.search(r"/reservations/([0-9a-f-]{36})", page.url)[1]
    cookies[GUEST] = context.cookies()
    eventually("the confirmation", lambda: letters_to(page, guest).count())
    letter = letters_to(page, guest).first.get_attribute("href").rsplit("/", 1)[1]
    names = {"own": own, "letter": letter, **_days(page)}
    context.close()
    names["invitation"] = _come_in_by_letter(browser, house, guest, cookies)
    for who in (MANAGER, ADMINISTRATOR, WAITER):
        context = browser.new_context(base_url=house.url, locale="fr-FR")
        log_in(context.new_page(), who)
        cookies[who] = context.cookies()
        context.close()
    return Known({**names, **_records(house, own)}, cookies)


def _come_in_by_letter(browser, house, guest: Guest, cookies: dict[str, list[dict]]) -> str:
    """Have an account, and bear a link of every kind; gives the id of an invitation."""
    invited = Guest(first_name="Zoé")
    for who in (ADMINISTRATOR, MEMBER, BEARER):
        context = browser.new_context(base_url=house.url, locale="fr-FR", timezone_id="Europe/Paris")
        page = context.new_page()
        if who == ADMINISTRATOR:
            invitation = invite(page, invited).rsplit("/", 1)[1]
        elif who == MEMBER:
            register(page, guest)
        else:
            gather_links(page, guest)
            accept(page, invited)
        cookies[who] = context.cookies()
        context.close()
    return invitation


def _days(page) -> dict[str, str]:
    """A day with free times, and the next Monday, when the house of the demo is closed."""
    turn_to_next_month(page)  # on its last evening, this one has no day left to choose
    open_day = re.search(r"date=([\d-]+)", page.locator("a.day--open").nth(-3).get_attribute("href"))[1]
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=8 - today.isoweekday())
    return {"open_day": open_day, "closed_day": monday.isoformat()}


def _records(house, own: str) -> dict[str, str]:
    with closing(sqlite3.connect(house.data_dir / "guichet.sqlite3")) as connection, connection:

        def one(question: str) -> str:
            return str(UUID(connection.execute(question).fetchone()[0]))

        names = {
            name: one(f"SELECT id FROM {table}")  # noqa: S608 - tables named above
            for name, table in FIRST_OF.items()
        }
        question = "SELECT service_date FROM reservations WHERE id = ?"
        names["own_day"] = connection.execute(question, (UUID(own).hex,)).fetchone()[0]
        names["guest"] = one("SELECT guest_id FROM reservations WHERE state = 'finished'")
        names["rule"] = one("SELECT id FROM guarantee_rules WHERE basis = 'per_cover'")
        names["tag"] = one("SELECT id FROM guest_tags")
        names["other_guest"] = one(
            "SELECT guest_id FROM reservations WHERE state = 'cancelled' AND guest_id NOT IN"
            " (SELECT person_id FROM users WHERE person_id IS NOT NULL)"
        )
        names["waiting"] = one("SELECT id FROM waiting_entries WHERE state = 'waiting'")
        names["offered"] = one("SELECT entry_id FROM waiting_offers")
        names["invoice"] = one("SELECT id FROM invoices WHERE state = 'issued' AND kind = 'invoice'")
        names["drafted"] = one("SELECT id FROM invoices WHERE state = 'draft'")
        names["recipient"] = one("SELECT id FROM invoice_recipients")
        names["over"] = one("SELECT id FROM reservations WHERE state = 'finished'")
        owner = one("SELECT id FROM users WHERE login = 'admin@chez-margot.example'")
        names["role"] = one("SELECT id FROM roles WHERE code = 'waiter'")
        names["waiter"] = one("SELECT id FROM users WHERE login = 'bruno@chez-margot.example'")
        names["team"] = str(UUID(int=secrets.randbits(128)))
        connection.execute(
            "INSERT INTO teams (id, name, created_at) VALUES (?, 'Les soirs', ?)",
            (UUID(names["team"]).hex, str(datetime.now(UTC))),
        )
        connection.execute(
            "INSERT INTO team_members (team_id, user_id) VALUES (?, ?)",
            (UUID(names["team"]).hex, UUID(names["waiter"]).hex),
        )
        names["passkey"] = _passkey(connection, one("SELECT id FROM users WHERE login = 'chloe@chez-margot.example'"))
        connection.execute(
            "UPDATE user_sessions SET proven_at = '2100-01-01 00:00:00'"
        )  # pages that ask for a fresh proof
        names["export"] = str(UUID(int=secrets.randbits(128)))
        connection.execute(
            "INSERT INTO dataset_exports (id, dataset, owner_id, owner_label, rights, arguments, language, state, rows_done,"
            " rows_total, created_at, expires_at) VALUES (?, 'booking.reservations', ?, 'Anne', '[]', '{}', 'fr', 'running',"
            " 2000, 6000, ?, ?)",
            (UUID(names["export"]).hex, owner, str(datetime.now(UTC)), str(datetime.now(UTC) + timedelta(days=1))),
        )
        names["subscription"] = _subscription(connection, own)
        names["feedback"] = _feedback(connection)
        names["room"] = _room(connection)
        names["floor_trial"] = _floor_trial(connection)
    return {**names, "nobody": str(UUID(int=0)), "forged": secrets.token_urlsafe(32)}


def _feedback(connection) -> str:
    """An idea somebody left."""
    feedback = UUID(int=secrets.randbits(128))
    connection.execute(
        "INSERT INTO feedback (id, nature, text, search_text, page, email, language, state, team_note, created_at)"
        " VALUES (?, 'idea', 'Une carte en braille ?', 'une carte en braille ?', '/reserver', 'lea@example.org', 'fr', 'new',"
        " '', ?)",
        (feedback.hex, str(datetime.now(UTC))),
    )
    return str(feedback)


def _subscription(connection, own: str) -> str:
    """A reminder that was sent, and the secret by which its reader stops the next ones."""
    secret, message = secrets.token_urlsafe(32), UUID(int=secrets.randbits(128)).hex
    now, later = str(datetime.now(UTC)), str(datetime.now(UTC) + timedelta(days=1))
    question = "SELECT guest_id FROM reservations WHERE id = ?"
    guest_id = connection.execute(question, (UUID(own).hex,)).fetchone()[0]
    connection.execute(
        "INSERT INTO messages (id, channel, notice, natural_key, to_name, to_address, person_id, language, subject_kind,"
        " subject_id, details, state, created_at) VALUES (?, 'email', 'booking.reminder', ?, 'Alice', 'alice@example.org', ?, 'fr',"
        " 'Reservation', ?, '{}', 'sent', ?)",
        (message, message, guest_id, UUID(own).hex, now),
    )
    connection.execute(
        "INSERT INTO links (id, scope, record_kind, record_id, person_id, secret_hash, created_at, expires_at)"
        " VALUES (?, 'notices.subscription', 'Message', ?, ?, ?, ?, ?)",
        (message, message, guest_id, hashlib.sha256(secret.encode()).hexdigest(), now, later),
    )
    return secret


def _room(connection) -> str:
    """A room of a team chat, whose address nobody reads."""
    room = UUID(int=secrets.randbits(128))
    role = connection.execute("SELECT id FROM roles WHERE code = 'host'").fetchone()[0]
    connection.execute(
        "INSERT INTO team_rooms (id, name, room_kind, role_id, categories, host, sealed_url, created_at)"
        " VALUES (?, 'Salle', 'slack', ?, '[]', 'hooks.example.org', '', ?)",
        (room.hex, role, str(datetime.now(UTC))),
    )
    return str(room)


def _floor_trial(connection) -> str:
    """A floor tried on paper, with what came out."""
    trial, now = UUID(int=secrets.randbits(128)), datetime.now(UTC)
    side = {
        "parties": 40,
        "covers": 110,
        "refused_covers": 12,
        "why": {"no_table": 12},
        "by_weekday": [0, 10, 15, 15, 30, 30, 10],
    }
    other = {
        **side,
        "covers": 118,
        "refused_covers": 4,
        "why": {"no_table": 4},
        "by_weekday": [0, 10, 15, 15, 34, 34, 10],
    }
    house = connection.execute("SELECT id FROM establishments").fetchone()[0]
    connection.execute(
        "INSERT INTO floor_trials (id, establishment_id, name, removed, added, first_day, last_day, state, days_done, days_total,"
        " result, created_at, created_by) VALUES (?, ?, 'Deux tables de deux', '[]', ?, ?, ?, 'done', 90, 90, ?, ?, 'Chloé')",
        (
            trial.hex, house, '[{"area": "salle", "count": 2, "min_covers": 1, "max_covers": 2}]',
            str((now - timedelta(days=90)).date()), str((now - timedelta(days=1)).date()),
            json.dumps({"before": side, "after": other}), str(now),
        ),
    )  # fmt: skip
    return str(trial)


def _passkey(connection, user: str) -> str:
    """A passkey of this user, to be removed on its page."""
    passkey = UUID(int=secrets.randbits(128))
    connection.execute(
        "INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, name, created_at)"
        " VALUES (?, ?, ?, x'00', 0, 'Téléphone', ?)",
        (passkey.hex, UUID(user).hex, passkey.bytes, str(datetime.now(UTC))),
    )
    return str(passkey)

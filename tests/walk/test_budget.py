"""Any list of fifty rows, among ten thousand people, within twelve queries: rights are asked once, not row by row."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import Grant, Invitation, Team, TeamMember, User
from app.accounts.queries import role_with_code
from app.booking.models import RefusedSearch, WaitingEntry
from app.booking.seating import Reason
from app.directory.models import Person
from app.invoices import service as invoicing
from app.invoices.models import RecipientKind
from app.invoices.service import InvoiceWanted, RecipientWanted
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import new_id, transaction
from app.kernel.scopes import Scope
from app.kernel.suppression import SuppressedAddress
from app.payments.models import DailyClosing, Method, Movement, MovementNature, Payout, Purpose, Receivable
from app.site.feedback.service import leave_feedback
from tests.booking.houses import open_house, promise
from tests.factories import TESTS, make_user
from tests.walk.doors import DATASETS
from tests.walk.world import SAID

ROWS_OF_EVERYWHERE = {"/admin/journal", "/admin/messages/adresses-ecartees", "/admin/personnes/invitations"}
MANY, ROWS = 10_000, 56
LISTS = [*(url for _permission, url, _kind in DATASETS.values()), "/admin/equipes", "/admin/reglages/roles"]


@pytest.fixture
def house(app):
    """Fifty-six reservations, messages and searches; ten thousand people of the house, each in a team."""
    house = open_house(shifts=[{**EVENING}], closures=[])
    anne = make_user("Anne", "administrator")
    for number in range(ROWS):
        day = date(2026, 3, 14) + timedelta(days=number // 2)
        promise(house, f"{day} 19:30", email=f"hote{number}@example.org")
    now, role = clock.now(), role_with_code("host").id
    ids = [(new_id(), new_id()) for _number in range(MANY)]
    teams, paid = ([new_id() for _number in range(ROWS)] for _of in range(2))
    scope = {
        "scope_kind": "establishment",
        "scope_id": str(house.id),
        "starts_at": now,
        "given_by": "",
        "role_id": role,
    }
    rows = {
        RefusedSearch: [
            {"id": new_id(), "establishment_id": house.id, "at": now, "covers": 2, "reason": Reason.CLOSED.value}
            for _number in range(ROWS)
        ],
        SuppressedAddress: [
            {"id": new_id(), "address": f"n{number}@refused.example", "reason": "550", "since": now}
            for number in range(ROWS)
        ],
        Invitation: [
            {
                "id": new_id(),
                "email": f"n{number}@example.org",
                "email_normalised": f"n{number}@example.org",
                "language": "fr",
                "role_id": role,
                "inviter_id": anne.id,
                "created_at": now,
                "expires_at": now + timedelta(days=7),
            }
            for number in range(ROWS)
        ],
        Person: [
            {"id": person, "first_name": "Noé", "last_name": f"Foule {number}", "language": "fr", "created_at": now}
            for number, (person, _user) in enumerate(ids)
        ],
        User: [
            {"id": user, "person_id": person, "login": f"n{number}@x.org", "password_hash": "-", "created_at": now}
            for number, (person, user) in enumerate(ids)
        ],
        WaitingEntry: [
            {
                "id": new_id(),
                "establishment_id": house.id,
                "service_date": date(2026, 3, 14),
                "shift": "Dîner",
                "first_minutes": 1200,
                "last_minutes": 1260,
                "closes_at": now + timedelta(days=4),
                "covers": 2,
                "claim": str(number),
                "guest_id": person,
                "created_at": now,
                "changed_at": now,
            }
            for number, (person, _user) in enumerate(ids[:ROWS])
        ],
        Receivable: [
            {
                "id": asked,
                "establishment_id": house.id,
                "payable_kind": "Person",
                "payable_id": asked,
                "amount": 100,
                "purpose": Purpose.PLEDGE,
                "label": "Table",
                "created_at": now,
            }
            for asked in paid
        ],
        Movement: [
            {
                "id": asked,
                "number": number + 1,
                "nature": MovementNature.PAYMENT,
                "establishment_id": house.id,
                "payable_kind": "Person",
                "payable_id": asked,
                "method": Method.CASH,
                "amount": 100,
                "at": now,
                "booked_on": date(2026, 3, 10),
                "label": "Table",
                "natural_key": str(number),
            }
            for number, asked in enumerate(paid)
        ],
        Payout: [
            {
                "id": new_id(),
                "establishment_id": house.id,
                "reference": f"po_{number}",
                "whole": 100,
                "amount": 100,
                "arrives_on": date(2026, 3, 10),
                "told_at": now,
            }
            for number in range(ROWS)
        ],
        DailyClosing: [
            {
                "id": new_id(),
                "number": number + 1,
                "establishment_id": house.id,
                "total": 0,
                "totals": {},
                "lines": 0,
                "day": date(2025, 1, 1) + timedelta(days=number),
                "closed_at": now,
                "digest": "",
                "hash": "",
                "previous_hash": "",
            }
            for number in range(ROWS)
        ],
        Team: [{"id": team, "name": f"Équipe {number}", "created_at": now} for number, team in enumerate(teams)],
        Grant: [
            *({"id": new_id(), "user_id": user, "team_id": None, **scope} for _person, user in ids),
            *({"id": new_id(), "user_id": None, "team_id": team, **scope} for team in teams),
        ],
        TeamMember: [
            {"team_id": teams[number % ROWS], "user_id": user} for number, (_person, user) in enumerate(ids[: ROWS * 4])
        ],
    }
    with transaction():
        for number in range(ROWS):
            wanted = RecipientWanted(RecipientKind.ORGANISATION, f"Client {number}")
            client = invoicing.keep_recipient(house, wanted, actor=TESTS)
            invoicing.draft_invoice(house, client, InvoiceWanted([], date(2026, 3, 10)), actor=TESTS)
    with transaction() as session:
        for model, values in rows.items():
            session.execute(sa.insert(model), values)
        for person, _user in ids[:ROWS]:
            leave_feedback(SAID, house=house, actor=Actor("user", "", "Noé", person))
    return house


EVENING = {
    "name": "Dîner", "weekdays": [1, 2, 3, 4, 5, 6, 7], "first": "19:00", "last": "21:45", "pacing_covers": None,
    "pacing_reservations": None, "durations": None,
}  # fmt: skip


def test_every_list_stays_within_twelve_queries(visit, house, max_queries):
    here = Scope("establishment", str(house.id))
    somebody = {
        "administrator": make_user("Ada", "administrator"),
        "manager there": make_user("Luc", "manager", scope=here),
    }
    for name, user in somebody.items():
        visitor = visit(user)
        for url in LISTS:
            with max_queries(12):
                page = visitor.see(f"{url}?vue=toutes")
            empty_here = name == "manager there" and url in ROWS_OF_EVERYWHERE
            if page.status == 200 and not url.endswith("roles") and not empty_here:
                assert len(page.all("tr[data-row]")) >= 50, (name, url)

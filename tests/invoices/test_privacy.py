"""A person who is forgotten stays on the papers the law keeps, and nowhere else."""

import pytest
import sqlalchemy as sa

from app.invoices.models import Invoice, Recipient
from app.kernel import privacy
from app.kernel.db import db, transaction
from tests.invoices.conftest import LUNCH


@pytest.fixture
def billed(leroy, cast):
    """Alice, under the name she is billed by."""
    with transaction():
        leroy.person_id = cast.alice.id
    return cast.alice


def erase(person):
    with transaction():
        privacy.erase(privacy.known(person.id))


def test_the_paper_stays_whole_and_the_record_is_emptied(billed, leroy, draft, issue):
    invoice = issue(draft(LUNCH, to=leroy))
    erase(billed)
    kept, record = db.session.get_one(Invoice, invoice.id), db.session.get_one(Recipient, leroy.id)
    assert (kept.buyer["name"], kept.buyer_name) == ("Jeanne Leroy", "Jeanne Leroy")
    assert "Jeanne Leroy" in kept.xml
    assert (record.name, record.email, record.address_line1, record.search_text.strip()) == ("—", "", "", "—")
    assert record.forgotten_at is not None


def test_drafts_go(billed, leroy, draft):
    draft(LUNCH, to=leroy)
    erase(billed)
    assert db.session.scalars(sa.select(Invoice)).all() == []


def test_what_is_held_is_told(billed, leroy, draft, issue):
    issue(draft(LUNCH, to=leroy))
    chapter = next(each for each in privacy.all_personal_data() if each.code == "invoices.invoices")
    (row,) = chapter.export(privacy.known(billed.id))
    assert row["Numéro"] == "F2026-000001"
    assert row["Au nom de"] == "Jeanne Leroy"


def test_nobody_bills_a_record_that_was_emptied(billed, leroy, draft, visit, cast):
    erase(billed)
    assert "Jeanne" not in visit(cast.chloe).see("/admin/factures/nouvelle").text

"""How long a card that guarantees a table is kept: until the guest came, or called off in time, or two months went by."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.guarantees import queries
from app.booking.guarantees.settling import charge_absence
from app.booking.models import GuaranteeKind
from app.directory.models import Person
from app.kernel.db import db, transaction
from app.payments import jobs as payment_jobs
from app.payments.models import SavedCard
from app.traces.forgetting import erase_person
from app.traces.jobs import apply_retention
from tests.booking.guarantees.conftest import amounts, reservation
from tests.booking.houses import TESTS
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs
from tests.payments.doubles import CONFIRMED

AFTER, NEXT_MONTH, TWO_MONTHS_LATER = "2026-03-14 21:00", "2026-04-30 03:50", "2026-05-14 03:50"


@pytest.fixture
def kept(paid, ruled, stripe, outside):
    """A table guaranteed by a card; gives what Stripe calls the card."""
    ruled(basis=GuaranteeKind.IMPRINT, amount=2500)
    paid(CONFIRMED)
    stripe.settled()
    outside.posts.clear()
    return queries.card_kept_for(reservation()).card


@pytest.fixture
def missed(kept, at):
    """Its guest did not come."""
    at(AFTER)
    with transaction():
        service.note_missed_party(reservation(), actor=TESTS)
    return kept


def holder(stripe, card):
    run_jobs(strict=False)
    db.session.rollback()
    db.session.expire_all()
    return stripe.get(f"payment_methods/{card}")["customer"]


@on_both
def test_a_guest_who_came_leaves_no_card_behind(kept, stripe, at):
    at(AFTER)
    with transaction():
        service.seat_party(reservation(), actor=TESTS)
    assert holder(stripe, kept)
    with transaction():
        service.finish_reservation(reservation(), actor=TESTS)
    assert holder(stripe, kept) is None


@on_both
def test_the_card_of_an_absence_that_nobody_charged_goes_after_two_months(missed, stripe, at):
    at(NEXT_MONTH)
    apply_retention()
    assert holder(stripe, missed)
    assert queries.card_kept_for(reservation()) is not None
    at(TWO_MONTHS_LATER)
    apply_retention()
    assert holder(stripe, missed) is None
    assert queries.card_kept_for(reservation()) is None


def test_one_that_was_charged_goes_too_and_the_books_stay(missed, stripe, announced, at):
    with transaction():
        charge_absence(reservation(), amount=4000, actor=TESTS)
    run_jobs(strict=False)
    announced()
    at(TWO_MONTHS_LATER)
    apply_retention()
    assert holder(stripe, missed) is None
    assert amounts() == [4000]
    assert payment_jobs.reconcile() == 0


def test_whoever_is_erased_leaves_no_card_at_stripe(missed, stripe):
    guest = db.session.get_one(Person, reservation().guest_id)
    with transaction():
        erase_person(guest, actor=TESTS)
    assert holder(stripe, missed) is None
    assert db.session.scalars(sa.select(SavedCard.last_digits)).all() == [""]

"""The demonstration's month of payments: lived with the double, the same there and here, and lived once."""

import time
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.config import Configuration
from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.outbox import OutboxRow
from app.payments import queries, service
from app.payments.checkouts import opened_page
from app.payments.demonstration import double_settings
from app.payments.double.server import DoubleServer
from app.payments.models import (
    DailyClosing,
    Dispute,
    Movement,
    Payout,
    PayoutState,
    Receivable,
    Reconciliation,
    RefundRequest,
    RefundState,
)
from app.payments.seeds import DAYS, demo_month, live_month
from tests.harness.mailbox import run_jobs

DEMO = Configuration(environment="demo", public_url="http://localhost:8000", secret_key="s" * 40)


@pytest.fixture
def demo(app, monkeypatch, tmp_path, house):
    """A demonstration and its double, both in memory of this test."""
    configuration = replace(DEMO, data_dir=tmp_path)
    began = clock.now().timestamp() - time.time()  # its clock is its own: the lever moves it, not ours
    settings = replace(double_settings(configuration), now=lambda: time.time() + began)
    monkeypatch.setitem(app.config, "CONFIGURATION", configuration)
    with DoubleServer(settings) as server:
        for name, value in (
            ("SECRET_KEY", settings.secret_key), ("WEBHOOK_SECRET", settings.webhook_secret), ("API_URL", server.url),
        ):  # fmt: skip
            monkeypatch.setitem(app.config, f"STRIPE_{name}", value)
        yield server.parts.store


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.long
def test_the_month_is_the_same_here_and_at_the_double(demo):
    assert live_month() == DAYS
    run_jobs(strict=False)
    assert DAYS - 5 <= count(DailyClosing) <= DAYS  # no day without money
    assert service.verify_closings() == []
    kept = sa.select(sa.func.sum(Movement.amount)).where(Movement.method == "card")
    assert db.session.scalar(kept) == sum(each["net"] for each in demo.all("balance_transaction"))
    assert db.session.scalars(sa.select(Reconciliation)).one().found == []
    states = set(db.session.scalars(sa.select(RefundRequest.state)))
    assert states == {RefundState.DONE, RefundState.ASKED}
    assert db.session.scalars(sa.select(Dispute)).one().is_open
    assert 3 <= count(Payout) <= 5  # a week each
    assert set(db.session.scalars(sa.select(Payout.state))) == {PayoutState.PAID}
    asked = count(Receivable)
    assert live_month() == 0
    assert count(Receivable) == asked


def test_a_house_that_asked_for_money_online_already_is_left_alone(demo, asked):
    opened_page(asked())
    assert live_month() == 0
    assert queries.closings() == []


def test_it_is_promised_in_the_demonstration_and_nowhere_else(app, demo, monkeypatch):
    promised = sa.select(OutboxRow.id).where(OutboxRow.job == "payments.demonstration")
    configuration = app.config["CONFIGURATION"]
    monkeypatch.setitem(app.config, "CONFIGURATION", replace(configuration, environment="test"))
    with transaction():
        demo_month()
    assert db.session.scalars(promised).all() == []
    monkeypatch.setitem(app.config, "CONFIGURATION", configuration)
    with transaction():
        demo_month()
    assert len(db.session.scalars(promised).all()) == 1

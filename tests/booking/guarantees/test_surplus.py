"""Money that came when nothing was owed any more goes back, that sum and no other; a table is promised only for money kept."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.guarantees.jobs import follow_guarantee, follow_late_payment
from app.booking.jobs import expire_holds
from app.booking.models import Guarantee, Reservation, ReservationState
from app.kernel.audit import AuditEntry
from app.kernel.db import db, new_id, transaction
from app.payments import jobs as payment_jobs
from app.payments import service as payments
from app.payments.models import Method, Receivable, ReceivableState
from tests.booking.guarantees.conftest import amounts, guarantee, reservation
from tests.booking.houses import SATURDAY, TESTS, bearer, fill, fresh, promise, wish
from tests.harness.mailbox import run_jobs

S = ReservationState


def facts(code):
    count = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.fact == code)
    return db.session.scalar(count)


def comes(receivable, amount):
    """So much comes for this at the counter; gives the payment."""
    with transaction():
        return payments.book_payment(
            db.session.get_one(Receivable, receivable.id), amount=amount, method=Method.CASH, reference="",
            natural_key=f"hand:{new_id()}", actor=TESTS,
        )  # fmt: skip


def test_a_table_whose_money_went_back_is_not_promised_when_one_frees(asked, ruled, stripe, house, at):
    ruled()
    guest, address = asked()
    back = stripe.pay(guest.post(address).headers["Location"])
    guest.get(back.removeprefix(guest.base_url))
    at("2026-03-10 10:16")
    expire_holds()
    others = fill(house, f"{SATURDAY} 19:30", 4)
    own = f"/reserver/garantie/{guarantee().id}"
    guest.get(own)
    with transaction():
        service.cancel_reservation(fresh(others[0]), actor=TESTS, reason="")
    with transaction():
        service.cancel_reservation(fresh(others[1]), actor=TESTS, reason="")
    assert "il vous est rendu en entier" in guest.see(own).text
    follow_guarantee(guarantee_id=str(guarantee().id))
    run_jobs()
    (party,) = db.session.scalars(sa.select(Reservation).where(Reservation.covers == 6))
    assert (party.state, amounts()) == (S.EXPIRED, [6000, -6000])
    assert facts("booking.late_payment_settled") == 1


def test_a_second_payment_of_the_same_sum_goes_back_and_the_table_stays(paid, ruled, stripe):
    ruled()
    paid()
    payment = comes(guarantee().receivable, 6000)
    for _twice in range(2):
        follow_late_payment(guarantee_id=str(guarantee().id), payment_id=str(payment.id))
    run_jobs()
    assert (reservation().state, amounts()) == (S.CONFIRMED, [6000, 6000, -6000])
    assert facts("booking.guarantee_surplus_returned") == 1


def test_what_the_house_keeps_of_a_late_cancellation_stays_when_more_money_comes(paid, ruled, at):
    ruled()
    paid()
    with transaction():
        service.move_reservation(reservation(), wish(f"{SATURDAY} 19:30", 8), actor=bearer(reservation()))
    more = db.session.scalars(sa.select(Receivable).where(Receivable.state == ReceivableState.OPEN)).one()
    at("2026-03-13 10:00")
    with transaction():
        service.cancel_reservation(reservation(), actor=TESTS, reason="", by_guest=True)
    comes(more, 2000)
    run_jobs()
    assert amounts() == [6000, 2000, -2000]


def test_what_is_forgiven_while_the_table_is_held_promises_it(asked, ruled, visit, cast):
    ruled()
    guest, address = asked()
    url = f"/admin/paiements/sommes/{guarantee().receivable_id}/remise"
    visit(cast.chloe).post(url, data={"reason": "Habitués de la maison"})
    run_jobs()
    assert (reservation().state, amounts()) == (S.CONFIRMED, [])
    back = guest.see(address).links()["Continuer"]
    assert guest.get(back).headers["Location"] == f"/reservations/{reservation().id}/confirmation"


def test_what_is_forgiven_once_the_table_is_gone_promises_nothing(asked, ruled, visit, cast, at):
    ruled()
    asked()
    at("2026-03-10 10:16")
    expire_holds()
    url = f"/admin/paiements/sommes/{guarantee().receivable_id}/remise"
    visit(cast.chloe).post(url, data={"reason": "Plus rien à demander"})
    run_jobs()
    assert reservation().state is S.EXPIRED


def test_a_part_of_a_sum_that_never_came_whole_goes_back_with_the_table(asked, ruled, stripe, at):
    ruled()
    asked()
    comes(guarantee().receivable, 2000)
    at("2026-03-10 10:16")
    payment_jobs.expire_receivables()
    expire_holds()
    at("2026-03-10 10:19")
    run_jobs()
    assert (reservation().state, amounts()) == (S.EXPIRED, [2000, -2000])


@pytest.mark.parametrize(("covers", "lines"), [(1, [6000, -3000]), (2, [6000])])
def test_money_for_what_is_asked_otherwise_now_settles_that(house, stripe, visit, cast, covers, lines):
    """Sixty euros were asked for two; the guest comes alone, and has paid the sixty all the same."""
    made = promise(house)
    form = {"purpose": "pledge", "amount": "30", "free_hours": "24", "kept_percent": "100", "minutes": "60"}
    visit(cast.diane).post(f"/admin/reservations/{made.id}/garantie", data=form)
    first = guarantee().receivable
    if covers != 2:
        with transaction():
            service.move_reservation(fresh(made), wish(covers=covers), actor=bearer(made))
    comes(first, 6000)
    run_jobs()
    assert amounts() == lines
    asked = db.session.scalars(sa.select(Guarantee).order_by(Guarantee.created_at)).unique().all()
    assert asked[-1].receivable.state is ReceivableState.SETTLED

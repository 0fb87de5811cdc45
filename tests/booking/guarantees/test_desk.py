"""The team asks by hand, takes a caller with or without the rule's guarantee, and notes what became of it."""

import io

import pypdf
import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.documents import CONFIRMATION
from app.booking.guarantees.events import GuaranteeWaived
from app.booking.models import Guarantee, GuaranteeKind
from app.kernel import documents, files
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.payments import jobs as payment_jobs
from app.payments import service as books
from app.payments.models import Method, ReceivableState
from tests.booking.guarantees.conftest import amounts, guarantee, reservation
from tests.booking.houses import SATURDAY, TESTS, promise
from tests.harness.mailbox import run_jobs

CALLER = {"date": SATURDAY, "time": "19:30", "covers": "6", "last_name": "Petit", "email": "petit@example.org"}


def panel(visitor) -> str:
    return visitor.see(f"/admin/reservations/{reservation().id}").text.replace("\xa0", " ")


def test_a_caller_is_proposed_the_guarantee_of_the_rule(visit, cast, ruled, stripe, outbox):
    ruled()
    diane = visit(cast.diane)
    beside = diane.see(f"/admin/reservations/_horaires?date={SATURDAY}&covers=6").text.replace("\xa0", " ")
    assert "60,00 € d’arrhes" in beside
    way = diane.post("/admin/reservations", data=CALLER).headers["Location"]
    page = diane.see(way)
    assert "La règle de la maison demande 60,00 € d’arrhes" in page.text.replace("\xa0", " ")
    outbox.forget()
    page.submit(f"form[action='{way}']", minutes="240")
    run_jobs()
    assert guarantee().receivable.expires_at.isoformat().startswith("2026-03-10T13:00")
    assert any("/paiement/" in mail.text for mail in outbox)
    assert "60,00 € d’arrhes" in panel(diane)


def test_a_caller_may_be_taken_without_it_and_that_is_named(visit, cast, ruled, stripe):
    ruled()
    diane = visit(cast.diane)
    way = diane.post("/admin/reservations", data=CALLER).headers["Location"]
    diane.post(f"{way}/sans")
    assert db.session.scalars(sa.select(Guarantee)).unique().all() == []
    assert db.session.scalars(sa.select(AuditEntry).where(AuditEntry.fact == GuaranteeWaived.code)).one()


def test_without_keys_a_caller_is_asked_nothing(visit, cast, ruled, house):
    ruled()
    diane = visit(cast.diane)
    assert diane.post("/admin/reservations", data=CALLER).headers["Location"].endswith(str(reservation().id))


def test_what_is_not_paid_in_time_leaves_the_table_and_is_told(visit, cast, house, stripe, at):
    promise(house, covers=2)
    diane = visit(cast.diane)
    url = f"/admin/reservations/{reservation().id}/garantie"
    diane.post(
        url, data={"purpose": "pledge", "amount": "10", "free_hours": "24", "kept_percent": "100", "minutes": "60"}
    )
    at("2026-03-10 11:01")
    payment_jobs.expire_receivables()
    run_jobs()
    assert (guarantee().receivable.state, reservation().state.value) == (ReceivableState.EXPIRED, "confirmed")
    lines = visit(cast.chloe).see("/espace/notifications").text
    assert "n’est pas payée" in lines


@pytest.mark.parametrize("wrong", [{"amount": "-3"}, {"amount": "beaucoup"}, {"amount": "0"}, {"kept_percent": "101"}])
def test_it_refuses_what_makes_no_sense(visit, cast, house, stripe, wrong):
    promise(house)
    typed = {"purpose": "deposit", "amount": "10", "free_hours": "24", "kept_percent": "100", "minutes": "60", **wrong}
    answer = visit(cast.diane).post(f"/admin/reservations/{reservation().id}/garantie", data=typed)
    assert answer.status_code in (409, 422)
    assert db.session.scalars(sa.select(Guarantee)).unique().all() == []


def test_a_guest_opens_none_of_it(visit, house, stripe):
    made = promise(house)
    guest = visit()
    guest.bear("booking.manage", made, made.guest)
    for act in ("", "/sans", "/absence", "/du", "/du/paiement"):
        assert guest.post(f"/admin/reservations/{made.id}/garantie{act}").status_code == 403


def test_the_team_cancels_for_the_guest_or_for_the_house(paid, ruled, visit, cast, at):
    ruled()
    paid()
    at("2026-03-13 10:00")
    diane = visit(cast.diane)
    way = f"/admin/reservations/{reservation().id}/annulation"
    assert "Cochée, 0,00 € sont rendus" in diane.see(way).text.replace("\xa0", " ")
    diane.post(way, data={"reason": "Il est souffrant", "by_guest": "y"})
    run_jobs()
    assert amounts() == [6000]
    assert "Gardé" in panel(diane)


def test_an_absence_is_proposed_then_charged_from_the_record(paid, ruled, visit, cast, at):
    ruled(basis=GuaranteeKind.IMPRINT, amount=2500, kept_percent=50)
    paid()
    at("2026-03-14 21:00")
    chloe = visit(cast.chloe)
    own = f"/admin/reservations/{reservation().id}"
    chloe.post(f"{own}/absence")
    page = chloe.see(own)
    assert "jusqu’à 150,00 € peuvent être débités" in page.text.replace("\xa0", " ")
    assert amounts() == []
    assert "Carte enregistrée" in panel(chloe)
    assert "Réglée" not in page.text
    refused = chloe.post(f"{own}/garantie/absence", data={"amount": "151"})
    assert refused.status_code == 409
    assert "Il a été annoncé 150,00 € au plus." in refused.text.replace("\xa0", " ")
    assert 'value="151' in refused.text
    assert chloe.post(f"{own}/garantie/absence", data={"amount": "beaucoup"}).status_code == 422
    page.submit(f"form[action='{own}/garantie/absence']", amount="120")
    run_jobs()
    assert amounts() == [12000]
    assert "selon la règle" not in panel(chloe)  # what was taken for the absence is nobody's deposit
    assert chloe.post(f"{own}/garantie/reste").status_code == 409
    assert amounts() == [12000]


def test_the_double_of_a_pledge_is_noted_from_the_record(paid, ruled, visit, cast):
    ruled()
    paid()
    with transaction():
        service.cancel_reservation(reservation(), actor=TESTS, reason="Panne")
    run_jobs()
    chloe = visit(cast.chloe)
    own = f"/admin/reservations/{reservation().id}"
    chloe.see(own).submit(f"form[action='{own}/garantie/du']", reason="Panne de cuisine")
    assert "La maison doit 60,00 € de plus au client : Panne de cuisine" in panel(chloe)
    chloe.post(f"{own}/garantie/du/paiement")
    assert "Payé." in panel(chloe)


def test_who_got_a_table_by_another_way_is_asked_by_letter(house, ruled, stripe, outbox):
    ruled()
    promise(house, covers=6)
    run_jobs()
    assert guarantee().receivable.amount == 6000
    assert any("/paiement/" in mail.text for mail in outbox)


def test_the_confirmation_of_a_table_says_what_was_paid_since(visit, cast, ruled, stripe):
    ruled()
    diane = visit(cast.diane)
    way = diane.post("/admin/reservations", data=CALLER).headers["Location"]
    diane.see(way).submit(f"form[action='{way}']", minutes="240")
    run_jobs()
    (unpaid,) = [each for each in documents.versions_about(reservation()) if each.code == CONFIRMATION.code]
    assert unpaid.version == 1
    with transaction():
        books.record_payment(
            guarantee().receivable, amount=6000, method=Method.CASH, reference="", key="cash", actor=TESTS
        )
    run_jobs()
    paid = documents.latest(CONFIRMATION.code, reservation())
    text = pypdf.PdfReader(io.BytesIO(files.content_of(paid.file))).pages[0].extract_text()
    assert paid.version == 2
    assert "60,00 € payés" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Reste à payer" not in text

"""The back office's pages of payments, with and without JavaScript, and who may open them."""

import pytest
import sqlalchemy as sa

from app.kernel import settings
from app.kernel.db import db, transaction
from app.kernel.scopes import Scope
from app.payments import companies, queries, service
from app.payments.jobs import close_days
from app.payments.models import (
    DailyClosing,
    Method,
    Purpose,
    Receivable,
    ReceivableState,
    RefundRequest,
    RefundState,
)
from app.payments.service import Payer, Terms
from app.payments.settings import FOUR_EYES_ABOVE, PAY_MINUTES
from app.payments.views import closings
from tests.factories import TESTS, make_establishment, make_user
from tests.harness.databases import on_both

JOURNAL = "/admin/paiements"


@pytest.fixture
def payment(asked, paid):
    return paid(asked(3000), method=Method.CASH)


def only(model):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(model)).one()


def test_the_journal_shows_each_line_and_leads_to_it(visit, cast, payment):
    page = visit(cast.diane).see(JOURNAL)
    assert "Encaissement" in page.text
    assert "30,00 €" in page.text
    assert visit(cast.diane).see(f"{JOURNAL}/{payment.id}").status == 200


def test_money_is_refunded_from_its_line(visit, cast, payment):
    page = visit(cast.chloe).see(f"{JOURNAL}/{payment.id}").click("Rembourser")
    assert page.fields("main form")["amount"] == "30,00"
    page = page.submit("main form", amount="10,5", reason="Grippe")
    assert "Le remboursement est noté" in page.text
    assert queries.remaining_of(payment) == 1950


def test_the_same_form_sent_twice_refunds_once(visit, cast, payment):
    chloe = visit(cast.chloe)
    form = chloe.see(f"{JOURNAL}/{payment.id}/remboursement")
    form.submit("main form", amount="10", reason="Grippe")
    form.submit("main form", amount="10", reason="Grippe")
    assert queries.remaining_of(payment) == 2000


@pytest.mark.parametrize(
    ("typed", "status"),
    [({"amount": "30,01"}, 409), ({"amount": "-5"}, 422), ({"amount": "1e3"}, 422), ({"amount": "10,555"}, 422),
     ({"amount": "0"}, 409), ({"amount": "10 USD"}, 422), ({"reason": ""}, 422), ({"amount": "99999999"}, 422)],
)  # fmt: skip
def test_what_cannot_be_refunded_is_told_and_kept_typed(visit, cast, payment, typed, status):
    values = {"amount": "10", "reason": "Grippe", "key": "k", **typed}
    answer = visit(cast.chloe).post(f"{JOURNAL}/{payment.id}/remboursement", data=values)
    assert answer.status_code == status
    assert queries.remaining_of(payment) == 3000


def test_four_eyes_see_a_large_refund(visit, cast, payment):
    with transaction():
        settings.change(FOUR_EYES_ABOVE, "20")
    visit(cast.chloe).see(f"{JOURNAL}/{payment.id}/remboursement").submit("main form", amount="25", reason="Grippe")
    request = only(RefundRequest)
    url = f"{JOURNAL}/remboursements/{request.id}"
    assert "Accepter le remboursement" not in visit(cast.chloe).see(url).text
    assert visit(cast.chloe).post(f"{url}/acceptation").status_code == 403
    page = visit(cast.admin).see(JOURNAL).click("25,00")
    page.submit("form[action$='acceptation']")
    assert only(RefundRequest).state is RefundState.DONE
    assert queries.remaining_of(payment) == 500


def test_who_approves_reads_first_that_the_money_went_back_otherwise(visit, cast, payment):
    with transaction():
        settings.change(FOUR_EYES_ABOVE, "20")
    chloe, admin = visit(cast.chloe), visit(cast.admin)
    chloe.see(f"{JOURNAL}/{payment.id}/remboursement").submit("main form", amount="25", reason="Grippe")
    url = f"{JOURNAL}/remboursements/{only(RefundRequest).id}"
    before = admin.see(url)
    assert "Reste à rembourser 30,00" in " ".join(before.text.replace("\u00a0", " ").split())
    with transaction():
        found = service.found_refund(payment, amount=1000, reference="re_1", actor=TESTS)
        service.book_refund(found, reference="re_1", natural_key="stripe:re_1", actor=TESTS)
    page = admin.see(url)
    assert "Il ne reste que 20,00" in page.text
    assert not page.has("form[action$='acceptation']")
    late = before.submit("form[action$='acceptation']")
    assert late.status == 409
    assert "Il reste 20,00" in late.text
    assert queries.remaining_of(payment) == 2000
    page.submit("form[action$='refus']")
    assert "Reste à rembourser" not in admin.see(url).text


def test_a_line_written_by_mistake_is_undone(visit, cast, payment):
    page = visit(cast.chloe).see(f"{JOURNAL}/{payment.id}").click("Contre-passer")
    assert "contre-passée" in page.submit("main form", reason="Noté deux fois").text
    assert queries.remaining_of(payment) == 0
    assert visit(cast.diane).post(f"{JOURNAL}/{payment.id}/contre-passation").status_code == 403


def test_cash_is_noted_at_the_desk(visit, cast, asked):
    receivable = asked(3000)
    url = f"{JOURNAL}/sommes/{receivable.id}"
    page = visit(cast.diane).see(url)
    assert page.fields("form[action$='encaissement']")["amount"] == "30,00"
    page.submit("form[action$='encaissement']", method="cheque", reference="0012")
    assert only(Receivable).state is ReceivableState.SETTLED
    assert "n° 1" in visit(cast.diane).see(url).text


def test_too_much_cash_is_told(visit, cast, asked):
    url = f"{JOURNAL}/sommes/{asked(3000).id}/encaissement"
    answer = visit(cast.diane).post(url, data={"amount": "31", "method": "cash", "reference": "", "key": "k"})
    assert answer.status_code == 409
    assert "Il reste" in answer.get_data(as_text=True)


def test_a_sum_is_forgiven_with_a_reason(visit, cast, asked):
    url = f"{JOURNAL}/sommes/{asked(3000).id}"
    assert visit(cast.diane).post(f"{url}/remise", data={"reason": ""}).status_code == 422
    visit(cast.diane).see(url).submit("form[action$='remise']", reason="Geste")
    assert only(Receivable).state is ReceivableState.FORGIVEN
    assert visit(cast.diane).post(f"{url}/remise", data={"reason": "Encore"}).status_code == 409


def test_a_day_is_closed_and_exported_as_the_tax_office_wants(visit, cast, house, payment):
    with transaction():
        service.refund_payment(payment, amount=1000, reason="", key="k", actor=TESTS)
    chloe = visit(cast.chloe)
    assert chloe.post(f"{JOURNAL}/journees", data={"day": "2026-03-11"}).status_code == 409
    chloe.post(f"{JOURNAL}/journees", data={"day": "2026-03-10", "agreed": "2026-03-10"})
    assert only(DailyClosing).total == 2000
    answer = chloe.post(f"{JOURNAL}/comptabilite", data={"first": "2026-03-01", "last": "2026-03-31"})
    heads, *rows = [line.split("\t") for line in answer.get_data(as_text=True).splitlines()]
    assert len(heads) == 18
    assert all(len(row) == 18 for row in rows)
    assert [row[2] for row in rows] == ["1", "1", "2", "2"]
    debits, credit = (sum(int(row[place].replace(",", "")) for row in rows) for place in (11, 12))
    assert debits == credit == 4000
    assert answer.headers["Content-Disposition"].endswith('FEC20260331.txt"')


def test_the_last_day_that_is_over_is_proposed(visit, cast, house, payment, at):
    at("2026-03-11 19:00")
    page = visit(cast.chloe).see(f"{JOURNAL}/journees")
    assert page.fields("#close")["day"] == "2026-03-10"
    page = page.submit("#close", javascript=False)
    assert only(DailyClosing).day.isoformat() == "2026-03-10"
    assert not page.fields("#close")["day"], "it is closed: nothing is left that is over"


def test_a_day_that_is_not_over_is_asked_about_first(visit, cast, house, payment):
    chloe = visit(cast.chloe)
    asking = chloe.see(f"{JOURNAL}/journees").submit("#close", javascript=False, day="2026-03-10")
    assert "La journée n’est pas finie" in asking.text
    assert not db.session.scalars(sa.select(DailyClosing)).all()
    chloe.post(f"{JOURNAL}/journees", data={"day": "2026-03-10", "agreed": "2026-03-09"})
    assert not db.session.scalars(sa.select(DailyClosing)).all(), "another day was agreed to"
    asking.submit(".notice form", javascript=False)
    assert only(DailyClosing).total == 3000


def test_a_day_closed_after_midnight_was_closed_on_its_own_day(visit, cast, house, asked, paid, at):
    at("2026-03-11 00:20")
    paid(asked(3000), method=Method.CASH)
    with transaction():
        service.close_day(house, house.today(), actor=TESTS)
    answer = visit(cast.chloe).post(f"{JOURNAL}/comptabilite", data={"first": "2026-03-01", "last": "2026-03-31"})
    row = answer.get_data(as_text=True).splitlines()[1].split("\t")
    assert (row[3], row[15]) == ("20260311", "20260311")


def test_an_open_day_is_in_no_export(visit, cast, payment):
    data = {"first": "2026-03-01", "last": "2026-03-31"}
    answer = visit(cast.chloe).post(f"{JOURNAL}/comptabilite", data=data)
    assert len(answer.get_data(as_text=True).splitlines()) == 1
    assert visit(cast.chloe).post(f"{JOURNAL}/comptabilite", data={**data, "last": "2026-02-01"}).status_code == 422


def test_what_is_typed_never_breaks_a_line_of_the_export(visit, cast, house, asked):
    receivable = asked(3000)
    typed = {"amount": "30", "method": "cheque", "reference": "1\t2;=cmd", "key": "k"}
    assert visit(cast.diane).post(f"{JOURNAL}/sommes/{receivable.id}/encaissement", data=typed).status_code == 303
    with transaction():
        service.close_day(house, house.today(), actor=TESTS)
    answer = visit(cast.chloe).post(f"{JOURNAL}/comptabilite", data={"first": "2026-03-01", "last": "2026-03-31"})
    assert {len(line.split("\t")) for line in answer.get_data(as_text=True).splitlines()} == {18}


# --- several houses ---------------------------------------------------------------------------------------------

MARCH = {"first": "2026-03-01", "last": "2026-03-31"}


@pytest.fixture
def quay(house):
    """Another house of the same company, on the quay."""
    return make_establishment("quai", "Au Quai")


@pytest.fixture
def in_turn(house, quay, at):
    """Three days on which both houses are paid in turn, each closed the night after."""
    for day in (10, 11, 12):
        at(f"2026-03-{day} 12:00")
        with transaction():
            for place, (each, amount) in enumerate([(house, 1000), (quay, 2000), (quay, 3000)]):
                asked = service.ask(
                    each, Terms(amount, Purpose.PLEDGE, "Table"), Payer("Alice"), house=each, actor=TESTS
                )
                key = f"hand:{day}{place}"
                service.book_payment(
                    asked, amount=amount, method=Method.CASH, reference="", natural_key=key, actor=TESTS
                )
        at(f"2026-03-{day + 1} 05:15")
        close_days()


def entries(visitor, **days):
    answer = visitor.post(f"{JOURNAL}/comptabilite", data={**MARCH, **days})
    assert answer.status_code == 200
    return [line.split("\t") for line in answer.get_data(as_text=True).splitlines()[1:]]


def numbers(rows, journal):
    """The numbers of a journal's entries, each of which has two sides."""
    found = [int(row[2]) for row in rows if row[0] == journal]
    assert found[::2] == found[1::2]
    return found[::2]


@on_both
def test_the_file_is_the_company_s_and_each_house_s_journal_has_no_hole(visit, cast, in_turn):
    rows = entries(visit(cast.chloe))
    assert {(row[0], row[1]) for row in rows} == {
        ("ENC", "Encaissements, La Maison"), ("ENC2", "Encaissements, Au Quai"),
    }  # fmt: skip
    assert numbers(rows, "ENC") == [1, 2, 3]
    assert numbers(rows, "ENC2") == [1, 2, 3, 4, 5, 6]
    assert [row[15] for row in rows] == sorted(row[15] for row in rows)  # in the order in which days were closed


def test_an_entry_keeps_its_number_whichever_days_are_asked_for(visit, cast, in_turn, monkeypatch):
    monkeypatch.setattr(closings, "PIECE", 1)
    rows = entries(visit(cast.chloe), first="2026-03-11", last="2026-03-11")
    assert (numbers(rows, "ENC"), numbers(rows, "ENC2")) == ([2], [3, 4])


def test_another_company_s_house_has_a_file_of_its_own(visit, cast, in_turn, monkeypatch):
    monkeypatch.setattr(companies, "siren_of", lambda each: "123456782" if each.slug == "quai" else "100000009")
    assert {row[0] for row in entries(visit(cast.chloe))} == {"ENC"}


def test_a_house_one_may_not_export_is_named_and_its_entries_are_not_there(visit, cast, in_turn, house):
    shared = "un journal par établissement : La Maison, Au Quai"
    assert shared in visit(cast.chloe).see(f"{JOURNAL}/comptabilite").text.replace("\xa0", " ").replace("\u202f", " ")
    manager = visit(make_user("Diego", "manager", scope=Scope("establishment", str(house.id))))
    assert "Vous n’avez pas le droit d’exporter Au Quai" in manager.see(f"{JOURNAL}/comptabilite").text
    assert {row[0] for row in entries(manager)} == {"ENC"}


def test_the_house_sets_its_rules(visit, cast, house):
    page = visit(cast.chloe).see("/admin/reglages/paiements").submit("main form", pay_minutes="30", account_cash="530")
    assert "Les paiements sont réglés" in page.text
    assert PAY_MINUTES.value(establishment=str(house.id)) == 30
    refused = visit(cast.chloe).post("/admin/reglages/paiements", data={"pay_minutes": "1"})
    assert refused.status_code == 422
    assert visit(cast.diane).get("/admin/reglages/paiements").status_code == 403


@pytest.mark.parametrize("path", ["", "/sommes", "/journees", "/comptabilite"])
def test_a_waiter_sees_no_money(visit, cast, payment, path):
    assert visit(cast.bruno).get(f"{JOURNAL}{path}").status_code == 403


def test_an_erased_payer_leaves_no_name(visit, cast, house, payment):
    with transaction():
        service.forget_payer(cast.alice.id)
    receivable = only(Receivable)
    assert (receivable.payer_name, receivable.payer_email, receivable.person_id) == ("", "", None)
    assert queries.remaining_of(payment) == 3000

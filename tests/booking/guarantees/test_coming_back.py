"""A guest comes back from the payment: straight to the confirmation, to a page that waits, or to paying again."""

from urllib.parse import urlsplit

import pytest

from app.booking.jobs import expire_holds
from app.booking.models import GuaranteeKind, ReservationState
from app.payments import jobs as payment_jobs
from app.payments.checkouts import opened_page, refreshed
from tests.booking.guarantees.conftest import amounts, guarantee, reservation
from tests.booking.houses import SATURDAY, WHO
from tests.booking.test_frames import Keepsake
from tests.harness.mailbox import run_jobs

S = ReservationState
AS_HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def where(page) -> str:
    return urlsplit(page.url).path


def plain(page) -> str:
    return page.text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def back(asked, stripe):
    """`back()`: a guest paid and stands before the address Stripe sends them to; Stripe tells nobody."""

    def pay(**levers):
        stripe.levers(hold=True)
        guest, address = asked()
        way = stripe.pay(guest.post(address).headers["Location"])
        stripe.levers(**levers)
        return guest, way.removeprefix(guest.base_url)

    return pay


def confirmation() -> str:
    return f"/reservations/{reservation().id}/confirmation"


def test_who_paid_reads_the_confirmation_at_once_with_the_sum_and_until_when_it_comes_back(back, ruled):
    ruled()
    guest, way = back()
    page = guest.see(way)
    assert where(page) == confirmation()
    assert "60,00 € payés" in plain(page)
    assert "Si vous annulez maintenant : 60,00 € vous sont rendus ; après le" in plain(page)
    assert "C’est payé" not in plain(page)
    assert reservation().state is S.CONFIRMED


def test_who_left_a_card_reads_that_nothing_is_taken(back, ruled):
    ruled(basis=GuaranteeKind.IMPRINT)
    guest, way = back()
    page = guest.see(way)
    assert where(page) == confirmation()
    assert "Visa •••• 4242" in plain(page)
    assert "rien n’est débité ; après le" in plain(page)


def test_coming_back_twice_is_coming_back_once(back, ruled):
    ruled()
    guest, way = back()
    assert [where(guest.see(way)) for _twice in range(2)] == [confirmation()] * 2
    assert amounts() == [6000]


def test_while_stripe_says_nothing_the_page_waits_and_asks_again(back, ruled, stripe):
    ruled()
    guest, way = back(fault={"kind": "500", "times": 4, "path": "/v1/checkout/sessions/"})
    page = guest.see(way)
    assert "Nous attendons la réponse de la banque" in plain(page)
    assert "Ne payez pas une seconde fois" in plain(page)
    waiting = page.first("[hx-trigger]").attributes["hx-get"]
    answer = guest.get(waiting, headers=AS_HTMX)
    assert (answer.status_code, answer.headers.get("HX-Redirect")) == (204, None)
    assert reservation().state is S.HELD
    answer = guest.get(waiting, headers=AS_HTMX)
    assert answer.headers["HX-Redirect"] == guarantee().receivable.back_path
    assert where(guest.see(answer.headers["HX-Redirect"])) == confirmation()


def test_without_javascript_a_link_asks_again(back, ruled, stripe):
    ruled()
    guest, way = back(fault={"kind": "500", "times": 2, "path": "/v1/checkout/sessions/"})
    again = guest.see(way).links()["Voir si la réponse est là"]
    assert where(guest.see(again)) == confirmation()


def test_keys_that_changed_meanwhile_do_not_have_anybody_pay_twice(back, ruled, app, monkeypatch):
    ruled()
    guest, way = back()
    for key in ("sk_test_another", ""):
        with monkeypatch.context() as changed:
            changed.setitem(app.config, "STRIPE_SECRET_KEY", key)
            assert "Ne payez pas une seconde fois" in plain(guest.see(way))
    assert where(guest.see(way)) == confirmation()


def test_who_gave_up_comes_back_to_where_they_can_pay(asked, ruled, stripe):
    ruled()
    guest, address = asked()
    page = guest.post(address).headers["Location"]
    for way in (address, f"{address}/retour"):
        assert guest.see(way).has(f"form[action='{address}']")
    assert guest.post(address).headers["Location"] == page


def test_who_comes_back_too_late_may_begin_again(asked, ruled, stripe, at):
    ruled()
    guest, address = asked()
    guest.post(address)
    at("2026-03-10 10:16")
    payment_jobs.expire_receivables()
    expire_holds()
    assert "Reprendre cette table" in guest.see(f"{address}/retour").text


def test_money_that_came_too_late_is_looked_into_and_nothing_else_is_said(back, ruled, at):
    ruled()
    guest, way = back()
    at("2026-03-10 10:16")
    payment_jobs.expire_receivables()
    expire_holds()
    page = guest.see(way)
    assert "nous regardons si votre table est encore libre" in plain(page)
    assert "rendu en entier" not in plain(page)
    next_url = page.first("[hx-trigger]").attributes["hx-get"]
    assert guest.get(next_url, headers=AS_HTMX).status_code == 204
    run_jobs(strict=False)
    assert guest.get(next_url, headers=AS_HTMX).headers["HX-Redirect"] == where(page)
    assert where(guest.see(where(page))) == confirmation()


# --- in a frame of another site ---------------------------------------------------------------------------------


@pytest.fixture
def framed(visit, ruled, stripe):
    """A guest in a frame, before the payment; gives them and the page."""
    ruled()
    stranger = Keepsake(visit()).visitor
    page = stranger.see(f"/integrer/petit-quai?covers=6&date={SATURDAY}").submit("form[method=post]", time="19:30")
    return stranger, page.submit("#details form", **WHO, consent="y", terms=page.first("#terms").attributes["value"])


def test_the_frame_goes_on_by_itself_once_the_other_window_has_paid(framed, stripe, visit):
    stranger, page = framed
    next_url = page.first("[hx-trigger]").attributes["hx-get"]
    assert stranger.get(next_url, headers=AS_HTMX).status_code == 204
    window = visit()
    paying = window.get(stranger.post(page.first("form").attributes["action"]).headers["Location"]).headers["Location"]
    stripe.levers(hold=True)
    way = stripe.pay(paying)
    assert where(window.see(way.removeprefix(window.base_url))) == confirmation()
    answer = stranger.get(next_url, headers=AS_HTMX)
    assert "/garantie/" in answer.headers["HX-Redirect"]
    assert "/confirmation/" in stranger.get(answer.headers["HX-Redirect"]).headers["Location"]


def test_the_frame_never_says_of_a_table_that_is_paid_that_it_is_gone(framed, stripe):
    stranger, page = framed
    stripe.levers(hold=True)
    payment_page = page.first("form").attributes["action"]
    link = stranger.post(payment_page).headers["Location"]
    assert link.startswith("/paiement/")
    stripe.pay(opened_page(guarantee().receivable).url)
    refreshed(guarantee().receivable)  # the money is there, and no job has run
    assert "/confirmation/" in stranger.get(page.first("a.button--quiet").attributes["href"]).headers["Location"]

"""A guarantee asked in a frame of another site: paid in a window of its own, for no payment page shows in a frame."""

import pytest

from app.booking.models import ReservationState
from app.booking.service import room
from app.kernel.db import transaction
from tests.booking.guarantees.conftest import guarantee, reservation
from tests.booking.houses import SATURDAY, TESTS, WHO
from tests.booking.test_frames import SITE, Keepsake
from tests.harness.mailbox import run_jobs


def test_it_is_paid_in_another_window_and_confirmed_in_both(visit, ruled, stripe):
    ruled()
    framed = Keepsake(visit())
    stranger = framed.visitor
    page = stranger.see(f"/integrer/petit-quai?covers=6&date={SATURDAY}").submit("form[method=post]", time="19:30")
    seal = page.first("#terms").attributes["value"]
    page = page.submit("#details form", **WHO, consent="y", terms=seal)
    assert "Il reste à payer" in page.text
    form = page.first("form[method=post]")
    assert form.attributes["target"] == "_blank"
    assert form.first("button").text.replace("\xa0", " ") == "Payer 60,00 €"
    way = stranger.post(form.attributes["action"]).headers["Location"]
    assert way.startswith("/paiement/")
    window = visit()
    paying = window.get(way).headers["Location"]
    assert paying.startswith(stripe.url), "who has pressed to pay is not asked to press again"
    back = stripe.pay(paying)
    window.get(back.removeprefix(window.base_url))
    assert (
        window.get(guarantee().receivable.back_path).headers["Location"]
        == f"/reservations/{reservation().id}/confirmation"
    )
    run_jobs()
    again = stranger.get(page.first("a.button--quiet").attributes["href"])
    assert "/confirmation/" in again.headers["Location"]
    assert reservation().state is ReservationState.CONFIRMED
    assert framed.tried == []


@pytest.fixture
def asked(visit, ruled, stripe):
    """A guest in a frame, before the payment; gives them and the page."""
    ruled()
    stranger = Keepsake(visit()).visitor
    page = stranger.see(f"/integrer/petit-quai?covers=6&date={SATURDAY}").submit("form[method=post]", time="19:30")
    return stranger, page.submit("#details form", **WHO, consent="y", terms=page.first("#terms").attributes["value"])


def test_only_the_page_that_asks_lets_its_form_lead_to_stripe(asked, stripe):
    stranger, page = asked
    with transaction():
        room.change_sites(reservation().establishment, [SITE], actor=TESTS)
    asking, before = (
        stranger.get(url).headers["Content-Security-Policy"] for url in (page.url, "/integrer/petit-quai")
    )
    assert f"form-action 'self' {stripe.url};" in asking
    assert asking.replace(f" {stripe.url};", ";") == before
    assert f"frame-ancestors 'self' {SITE}" in before


def test_two_presses_open_one_page(asked, visit):
    stranger, page = asked
    action = page.first("form[method=post]").attributes["action"]
    pages = {visit().get(stranger.post(action).headers["Location"]).headers["Location"] for _press in range(2)}
    assert len(pages) == 1
    assert not pages.pop().startswith("/")


def test_where_stripe_is_away_the_house_asks_itself(asked, visit, stripe):
    stranger, page = asked
    stripe.levers(fault={"kind": "nothing", "times": 9})
    window = visit()
    way = window.get(stranger.post(page.first("form[method=post]").attributes["action"]).headers["Location"])
    assert way.headers["Location"] == f"/paiements/{guarantee().receivable_id}"
    assert "60,00 € à régler" in window.see(way.headers["Location"]).text


def test_another_visitor_opens_nothing_of_it(visit, ruled, stripe):
    ruled()
    stranger = Keepsake(visit()).visitor
    page = stranger.see(f"/integrer/petit-quai?covers=6&date={SATURDAY}").submit("form[method=post]", time="19:30")
    page.submit("#details form", **WHO, consent="y", terms=page.first("#terms").attributes["value"])
    other = Keepsake(visit()).visitor
    theirs = other.see(f"/integrer/petit-quai?covers=6&date={SATURDAY}").first("form[method=post]").attributes["action"]
    assert other.get(f"{theirs}/garantie/{guarantee().id}").status_code == 404
    assert other.post(f"{theirs}/garantie/{guarantee().id}").status_code == 404

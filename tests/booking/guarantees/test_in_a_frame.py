"""A guarantee asked in a frame of another site: paid in a window of its own, for no payment page shows in a frame."""

from app.booking.models import ReservationState
from tests.booking.guarantees.conftest import guarantee, reservation
from tests.booking.houses import SATURDAY, WHO
from tests.booking.test_frames import Keepsake
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
    back = stripe.pay(window.post(paying).headers["Location"])
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


def test_another_visitor_opens_nothing_of_it(visit, ruled, stripe):
    ruled()
    stranger = Keepsake(visit()).visitor
    page = stranger.see(f"/integrer/petit-quai?covers=6&date={SATURDAY}").submit("form[method=post]", time="19:30")
    page.submit("#details form", **WHO, consent="y", terms=page.first("#terms").attributes["value"])
    other = Keepsake(visit()).visitor
    theirs = other.see(f"/integrer/petit-quai?covers=6&date={SATURDAY}").first("form[method=post]").attributes["action"]
    assert other.get(f"{theirs}/garantie/{guarantee().id}").status_code == 404
    assert other.post(f"{theirs}/garantie/{guarantee().id}").status_code == 404

"""Booking in a frame of another site: the same steps, no cookie, forms signed by their address, framed only where allowed."""

import pytest

from app.booking import queries
from app.booking.models import Reservation, ReservationOrigin
from app.booking.models import ReservationState as S
from app.booking.service import room
from app.kernel import clock
from app.kernel.access import ANONYMOUS
from app.kernel.db import db, transaction
from app.kernel.limits import WRITE_LIMIT
from app.kernel.settings import change
from tests.booking.houses import SATURDAY, TESTS, WHO, fill, open_house, typed

START = f"/integrer/petit-quai?covers=2&date={SATURDAY}"
SITE = "https://www.petit-quai.example"


class Keepsake:
    """A browser that refuses every cookie, and notes who tried."""

    def __init__(self, visitor):
        visitor.csrf = False
        self.visitor, self.tried = visitor, []
        opened = visitor.client.open

        def open_without_cookies(*args, **kwargs):
            answer = opened(*args, **kwargs)
            self.tried += answer.headers.getlist("Set-Cookie")
            visitor.client._cookies.clear()
            return answer

        visitor.client.open = open_without_cookies


@pytest.fixture
def stranger(visit, house):
    """Somebody whose browser keeps no cookie; at the end, none was even offered."""
    kept = Keepsake(visit())
    yield kept.visitor
    assert kept.tried == []


@pytest.fixture
def allowed(house):
    with transaction():
        room.change_sites(house, [SITE], actor=TESTS)


def details_of(page):
    """Choose 19:30 and come to the details."""
    return page.submit("form[method=post]", time="19:30")


def policy_of(answer):
    policy = answer.headers["Content-Security-Policy"]
    return next(part.strip() for part in policy.split(";") if "frame-ancestors" in part)


def made():
    return list(db.session.scalars(queries.visible_to(TESTS)))


def test_it_books_without_a_cookie(stranger, outbox):
    page = details_of(stranger.see(START)).submit("#details form", **WHO, consent="y")
    assert "À bientôt, Alice" in page.text
    (reservation,) = made()
    assert reservation.state is S.CONFIRMED
    assert reservation.origin is ReservationOrigin.SITE
    assert reservation.reference in page.text
    assert [mail.address for mail in outbox] == ["alice@example.org"]


def test_it_books_without_javascript(stranger):
    page = stranger.see(START).submit("form[method=post]", javascript=False, time="19:30")
    page = page.submit("#details form", javascript=False, **WHO, consent="y")
    assert "À bientôt, Alice" in page.text


def test_every_link_of_the_steps_stays_in_the_frame(stranger):
    page = stranger.see(START)
    inside = [link["href"] for link in page.all("#choice a[href]")]
    assert inside
    assert all(href.startswith("/integrer/petit-quai/") for href in inside)
    for link in page.all("a[href]"):
        assert link["href"].startswith(("/integrer/", "#")) or link["target"] == "_blank"


def test_the_confirmation_shows_what_leads_on_without_a_cookie(stranger):
    page = details_of(stranger.see(START)).submit("#details form", **WHO, consent="y")
    assert "suivez le lien de ce message" in page.text
    assert "Modifier ou annuler" not in page.links()
    invitation = stranger.get(page.links()["Ajouter à mon agenda"])
    assert "BEGIN:VEVENT" in invitation.text


def test_a_double_click_makes_one_hold_and_one_reservation(stranger):
    page = stranger.see(START)
    url, wish = page.first("form[method=post]")["action"], {"covers": "2", "date": SATURDAY, "time": "19:30"}
    assert [stranger.post(url, data=wish).status_code for _click in range(2)] == [303, 303]
    assert len(list(db.session.scalars(db.select(Reservation)))) == 1
    assert [stranger.post(url, data=typed()).status_code for _click in range(2)] == [303, 303]
    assert len(made()) == 1


def test_who_goes_back_and_chooses_again_keeps_one_table(stranger):
    page = stranger.see(START)
    details_of(page)
    again = stranger.see(page.first("form[method=post]")["action"] + f"?covers=2&date={SATURDAY}")
    again.submit("form[method=post]", time="20:00")
    held = [one.local_time.hour for one in db.session.scalars(db.select(Reservation)) if one.is_held(clock.now())]
    assert held == [20]


def test_a_full_house_offers_the_nearest_times_in_the_frame(stranger, house):
    page = details_of(stranger.see(START))
    fill(house, f"{SATURDAY} 19:30")
    page = stranger.see(START + "&time=19:30")
    assert "n’est pas libre" in page.text
    assert all(link["href"].startswith("/integrer/petit-quai/") for link in page.all(".alternatives a"))


def test_a_time_lost_at_the_last_step_opens_the_waiting_list_beside_the_frame(stranger, house):
    url = stranger.see(START).first("form[method=post]")["action"]
    fill(house, f"{SATURDAY} 19:30")
    page = stranger.arrive(url, stranger.post(url, data=typed()))
    assert page.status == 409
    assert page.first("#details a[href*='liste-attente']")["target"] == "_blank"


def test_what_is_wrong_is_said_beside_the_fields(stranger):
    page = details_of(stranger.see(START)).submit("#details form", **{**WHO, "email": "pas une adresse"}, consent="y")
    assert page.status == 422
    assert page.first("[name=first_name]")["value"] == "Alice"
    assert made() == []


def test_it_speaks_the_language_and_wears_the_look_it_is_asked_for(stranger):
    page = stranger.see(START + "&langue=en&apparence=sombre")
    assert page.first("html")["lang"] == "en"
    assert page.first("html")["data-theme"] == "dark"
    later = details_of(page)
    assert later.first("html")["lang"] == "en"
    assert later.first("html")["data-theme"] == "dark"


# --- who may frame it -------------------------------------------------------------------------------------------


def test_nobody_may_frame_it_until_a_site_is_named(stranger):
    answer = stranger.get(START)
    assert policy_of(answer) == "frame-ancestors 'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_named_sites_may_and_no_other(stranger, allowed):
    for url in (START, "/integrer/petit-quai/faux/coordonnees"):
        answer = stranger.get(url)
        assert policy_of(answer) == f"frame-ancestors 'self' {SITE}" or answer.status_code == 303
        assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize("url", ["/", "/reserver", "/e/petit-quai/reserver", "/reservations", "/connexion", "/rien"])
def test_no_other_page_may_be_framed(visit, house, allowed, url):
    answer = visit().get(url)
    assert policy_of(answer) == "frame-ancestors 'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_errors_are_told_in_the_frame(stranger, allowed):
    answer = stranger.post("/integrer/petit-quai/faux", data=typed())
    assert answer.status_code == 400
    assert policy_of(answer) == f"frame-ancestors 'self' {SITE}"
    assert "Revenir aux horaires" in answer.text
    assert "masthead" not in answer.text


def test_an_unknown_house_is_unknown_and_framed_by_nobody(stranger):
    answer = stranger.get("/integrer/autre")
    assert answer.status_code == 404
    assert policy_of(answer) == "frame-ancestors 'none'"


def test_the_script_may_be_used_by_other_sites(stranger):
    answer = stranger.get("/integrer.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


# --- attacks ----------------------------------------------------------------------------------------------------


def test_a_form_nobody_was_shown_is_refused(stranger):
    for seal in ("", "/faux", "/W10.x", "/" + "x" * 500):
        assert stranger.post(f"/integrer/petit-quai{seal}", data=typed()).status_code == 400
    assert made() == []


def test_an_old_form_is_refused_and_an_old_page_begins_again(stranger, at):
    url = stranger.see(START).first("form[method=post]")["action"]
    at("2026-03-10 22:30")
    assert stranger.post(url, data=typed()).status_code == 400
    page = stranger.see(f"{url}?covers=2&date={SATURDAY}")
    assert page.first("form[method=post]")["action"] != url
    assert "À bientôt" in details_of(page).submit("#details form", **WHO, consent="y").text


def test_a_seal_of_one_house_opens_no_other(stranger, app):
    open_house(slug="autre-quai", name="L’Autre Quai")
    url = stranger.see(START).first("form[method=post]")["action"]
    assert stranger.post(url.replace("petit-quai", "autre-quai"), data=typed()).status_code == 400


def test_nobody_reads_the_confirmation_of_somebody_else(visit, stranger):
    page = details_of(stranger.see(START)).submit("#details form", **WHO, consent="y")
    (reservation,) = made()
    assert page.url.endswith(f"/confirmation/{reservation.id}")
    other = visit().see(START).first("form[method=post]")["action"]
    for suffix in ("", "/invitation.ics"):
        assert visit().get(f"{other}/confirmation/{reservation.id}{suffix}").status_code == 404


def test_who_is_logged_in_books_as_nobody(visit, house, cast):
    member = visit(cast.chloe)
    page = details_of(member.see(START)).submit("#details form", **WHO, consent="y")
    assert "À bientôt" in page.text
    (reservation,) = made()
    assert queries.timeline_of(reservation)[0].actor_label == ANONYMOUS.label


def test_it_is_limited_like_the_public_page(stranger):
    with transaction():
        change(WRITE_LIMIT, "2")
    url = stranger.see(START).first("form[method=post]")["action"]
    answers = [stranger.post(url, data=typed(email="x")) for _post in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert "Retry-After" in answers[-1].headers
    assert "masthead" not in answers[-1].text


def test_too_many_holds_from_one_address_are_refused(visit, house):
    statuses = []
    for _guest in range(12):
        page = visit().see(START)
        url = page.first("form[method=post]")["action"]
        statuses.append(visit().post(url, data={"covers": "1", "date": SATURDAY, "time": "19:30"}).status_code)
    assert set(statuses) <= {303, 409, 429}
    assert statuses.count(303) <= 10

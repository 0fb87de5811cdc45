"""The guest's pages: invited where the house is full, joining without JavaScript, answering by the link."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import Reservation, ReservationState, WaitingEntry, WaitingState
from app.booking.waiting.offering import accept_offer
from app.booking.waiting.settings import MOST_ENTRIES
from app.kernel import settings
from app.kernel.db import db, transaction
from app.kernel.limits import WRITE_LIMIT
from tests.booking.houses import SATURDAY, TESTS, WHO, fill, typed
from tests.booking.waiting.lists import amiss, look, waits

S = WaitingState
NEW = f"/e/petit-quai/reserver/liste-attente?date={SATURDAY}&covers=2&time=19:30"
CREATE = "/e/petit-quai/reserver/liste-attente"


@pytest.fixture
def taken(house, outbox):
    made = fill(house)
    outbox.forget()
    return made


def form(**changed):
    return {**typed(**changed), "first_time": "19:30", "last_time": "19:30", "area": "", **changed}


def entries():
    return list(db.session.scalars(sa.select(WaitingEntry)))


def offered(house, taken, name="Eve"):
    entry = waits(house, name)
    with transaction():
        service.cancel_reservation(taken[0], actor=TESTS, reason="x")
    look(house)
    return entry


def test_who_names_no_time_is_proposed_the_hours_without_a_table(visit, taken):
    shown = visit().see(f"{CREATE}?date={SATURDAY}&covers=2").fields("#waiting form")
    assert shown["first_time"] <= "19:30" <= shown["last_time"]
    assert shown["first_time"] >= "19:00"


@pytest.mark.parametrize("covers", ["", "-1", "beaucoup", "999999"])
def test_nonsense_in_place_of_a_number_still_shows_the_form(visit, taken, covers):
    assert visit().get(f"{CREATE}?date={SATURDAY}&covers={covers}").status_code == 200


def test_a_full_time_invites_to_wait(visit, taken):
    page = visit().see(f"/reserver?date={SATURDAY}&covers=2&time=19:30")
    link = page.first("a[href*='liste-attente']").attributes["href"]
    assert link == NEW
    form_shown = visit().see(link).fields("#waiting form")
    assert (form_shown["first_time"], form_shown["last_time"], form_shown["covers"]) == ("19:30", "19:30", "2")


@pytest.mark.parametrize("asked", ["covers=9", "covers=2&time=19:37", "covers=2&time=21:00"])
def test_where_waiting_is_vain_nothing_invites(visit, taken, asked):
    assert not visit().see(f"/reserver?date={SATURDAY}&{asked}").has(".notice a[href*='liste-attente']")


def test_a_house_without_a_list_invites_nobody(visit, house, taken):
    with transaction():
        settings.change(MOST_ENTRIES, "0", level="establishment", holder=str(house.id))
    assert not visit().see(f"/reserver?date={SATURDAY}&covers=2&time=19:30").has("a[href*='liste-attente']")


def test_a_time_lost_at_the_last_step_invites_to_wait(visit, taken):
    guest = visit()
    page = guest.arrive("/reserver", guest.post("/reserver", data=typed()))
    assert page.status == 409
    assert "Ce que vous avez tapé est conservé" in page.text
    assert page.first("#details a[href*='liste-attente']")["href"] == NEW
    assert guest.see(NEW).status == 200


def test_a_time_nobody_can_have_invites_to_nothing(visit, taken):
    answer = visit().post("/reserver", data=typed(time="19:37"))
    assert answer.status_code == 422
    assert "liste-attente" not in answer.text


def test_joining_leads_to_the_rank_and_sends_the_link(visit, taken, outbox):
    guest = visit()
    page = guest.see(NEW).submit("#waiting form", **{**WHO, "consent": "y", "last_time": "20:00"})
    (entry,) = entries()
    assert page.url == f"/liste-attente/{entry.id}"
    assert "Vous êtes en tête de la liste" in page.text
    (letter,) = outbox
    link = next(each for each in letter.links if "/liste-attente/" in each)
    again = visit().see(link.removeprefix("http://localhost"))
    assert again.url == f"/liste-attente/{entry.id}"


def test_a_double_click_is_one_entry(visit, taken):
    guest = visit()
    answers = {guest.post(CREATE, data=form()).headers["Location"] for _n in range(2)}
    assert len(answers) == len(entries()) == 1


def test_somebody_elses_address_opens_nothing(visit, house, taken):
    """Who types the address of a person who waits already is refused, and gets no link to their entry."""
    visit().post(CREATE, data=form())
    stranger = visit()
    assert stranger.post(CREATE, data=form()).status_code == 409
    (entry,) = entries()
    assert stranger.get(f"/liste-attente/{entry.id}").status_code in (302, 303, 403)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"email": ""}, 422),
        ({"consent": None}, 422),
        ({"first_time": "99:99"}, 422),
        ({"area": "cave"}, 422),
        ({"covers": "beaucoup"}, 422),
        ({"first_time": "21:00", "last_time": "21:00"}, 409),
        ({"covers": "12"}, 409),
    ],
)
def test_what_cannot_be_is_said_and_kept(visit, taken, changed, status):
    sent = {name: value for name, value in form(**changed).items() if value is not None}
    answer = visit().post(CREATE, data=sent)
    assert answer.status_code == status
    assert "Durand" in answer.get_data(as_text=True)
    assert entries() == []


def test_nonsense_instead_of_a_day_leads_back(visit, house):
    assert visit().get("/reserver/liste-attente?date=demain").headers["Location"] == "/reserver"
    assert visit().post("/reserver/liste-attente", data=form(date="x")).headers["Location"] == "/reserver"


def test_a_closed_day_says_so(visit, house):
    assert "Plus rien ne se propose" in visit().see("/reserver/liste-attente?date=2026-03-16").text


def test_one_address_may_not_write_without_end(visit, house, taken):
    with transaction():
        settings.change(WRITE_LIMIT, "2")
    statuses = [visit().post(CREATE, data=form(email=f"h{n}@example.org")).status_code for n in range(3)]
    assert statuses == [303, 303, 429]


def test_the_letter_offers_the_place_and_one_tap_takes_it(stopped, visit, house, taken, outbox):
    entry = offered(house, taken)
    letter = next(each for each in outbox if "libérée" in each.subject)
    assert "jusqu’à 10:45" in letter.text
    guest = visit()
    page = guest.see(next(each for each in letter.links if "/liste-attente/" in each).removeprefix("http://localhost"))
    assert "Une place vous est gardée" in page.text
    assert "Répondez avant 10:45, mardi 10 mars 2026" in page.text
    done = page.submit(f"form[action$='{entry.id}/acceptation']")
    assert done.url.endswith("/confirmation")
    assert "À bientôt, Eve" in done.text
    assert (entry.state, amiss()) == (S.ACCEPTED, [])


def test_whoever_accepted_finds_the_reservation_by_the_same_link(visit, house, taken):
    entry = offered(house, taken)
    with transaction():
        made = accept_offer(entry, actor=TESTS)
    guest = visit()  # on another device: nothing but the link
    guest.bear("booking.waiting", entry, entry.guest)
    page = guest.see(f"/liste-attente/{entry.id}")
    assert "Votre table est réservée" in page.first("h1").text
    done = page.submit(f"form[action$='{entry.id}/acceptation']")
    assert done.url == f"/reservations/{made.id}/confirmation"
    with transaction():
        service.cancel_reservation(made, actor=TESTS, reason="x")
    assert "Votre attente est terminée" in guest.see(f"/liste-attente/{entry.id}").first("h1").text


def test_the_place_can_be_left_to_others(visit, house, taken):
    entry = offered(house, taken)
    guest = visit()
    guest.bear("booking.waiting", entry, entry.guest)
    page = guest.see(f"/liste-attente/{entry.id}").submit(f"form[action$='{entry.id}/retrait']")
    assert "n’êtes plus sur la liste" in page.text
    assert entry.state is S.WITHDRAWN
    held = sa.select(sa.func.count()).where(Reservation.state == ReservationState.HELD)
    assert db.session.scalar(held) == 0


def test_too_late_is_said_kindly(visit, house, taken, at):
    entry = offered(house, taken)
    guest = visit()
    guest.bear("booking.waiting", entry, entry.guest)
    at(entry.offers[0].expires_at)
    assert "Le délai pour répondre est passé" in guest.see(f"/liste-attente/{entry.id}").text
    answer = guest.post(f"/liste-attente/{entry.id}/acceptation")
    assert answer.status_code == 409
    assert "plus gardée pour vous" in answer.get_data(as_text=True)


@pytest.mark.parametrize("act", ["acceptation", "retrait"])
def test_a_link_opens_its_own_entry_only(visit, house, taken, act):
    entry, other = offered(house, taken), waits(house, "Luc")
    stranger = visit()
    stranger.bear("booking.waiting", other, other.guest)
    assert stranger.post(f"/liste-attente/{entry.id}/{act}").status_code == 403
    assert visit().post(f"/liste-attente/{entry.id}/{act}").status_code in (302, 303, 403)
    assert entry.state is S.OFFERED


def test_a_link_to_the_entry_opens_no_reservation(visit, house, taken):
    entry = offered(house, taken)
    guest = visit()
    guest.bear("booking.waiting", entry, entry.guest)
    assert guest.get(f"/reservations/{taken[1].id}").status_code == 403


def test_without_the_token_nothing_is_accepted(visit, house, taken):
    entry = offered(house, taken)
    guest = visit()
    guest.bear("booking.waiting", entry, entry.guest)
    guest.csrf = False
    assert guest.post(f"/liste-attente/{entry.id}/acceptation").status_code == 400
    assert entry.state is S.OFFERED


def test_a_forged_link_says_nothing(visit, house):
    assert visit().get("/liste-attente/" + "x" * 43).status_code == 404
    assert visit().get("/a/" + "x" * 16).status_code == 404

"""A guest comes another day, at another hour, or in another number; or corrects who they are."""

import pytest

from app.booking import service
from app.booking.models import ReservationState
from app.booking.seating import FORCE
from app.kernel import audit
from app.kernel.db import transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from tests.booking.houses import SATURDAY, TESTS, WHO, bearer, details, fill, fresh, promise, tables, wish
from tests.booking.soundness import unsound

PARTY = {"date": SATURDAY, "time": "21:00", "covers": "2"}


def state_of(reservation):
    read = fresh(reservation)
    return read.service_date, read.local_time, read.covers, read.sequence, read.table_codes(), read.state


def test_it_moves(alice, reservation, url, outbox):
    page = alice.see(f"{url}/modification").submit("#choice form[method=post]", time="21:00")
    moved = fresh(reservation)
    assert page.url == url
    assert "à 21 h" in page.text
    assert (f"{moved.local_time:%H:%M}", moved.sequence) == ("21:00", 1)
    assert [letter.address for letter in outbox] == ["alice@example.org"]
    assert unsound() == []


def test_the_day_and_the_number_change_too(alice, reservation, url):
    answer = alice.post(f"{url}/modification", data={"date": "2026-03-13", "time": "12:30", "covers": "4"})
    moved = fresh(reservation)
    assert answer.status_code == 303
    assert (str(moved.service_date), moved.covers, moved.table_codes()) == ("2026-03-13", 4, "3")
    assert unsound() == []


def test_the_page_shows_the_promise_chosen(alice, url):
    page = alice.see(f"{url}/modification")
    assert page.first("input[name=time][checked]")["value"] == "19:30"
    assert page.first("input[name=covers][checked]")["value"] == "2"
    assert "Déplacer la réservation" in page.text


def test_its_own_table_counts_as_free(alice, house, reservation, url):
    fill(house)
    page = alice.see(f"{url}/modification?date={SATURDAY}&covers=2")
    assert page.first("input[value=19:45]").attributes.get("disabled") is None
    assert alice.post(f"{url}/modification", data={**PARTY, "time": "19:45"}).status_code == 303
    assert unsound() == []


def test_a_refused_move_leaves_all_as_it_was(alice, house, reservation, url, outbox):
    fill(house, f"{SATURDAY} 12:00")
    before = state_of(reservation)
    outbox.forget()
    answer = alice.post(f"{url}/modification", data={**PARTY, "time": "12:00"})
    assert answer.status_code == 409
    assert state_of(reservation) == before
    assert len(outbox) == 0
    assert alice.arrive(url, answer).all(".alternatives a")
    assert unsound() == []


def test_the_same_promise_changes_nothing(alice, reservation, url, outbox):
    answer = alice.post(f"{url}/modification", data={**PARTY, "time": "19:30"})
    assert answer.status_code == 303
    assert fresh(reservation).sequence == 0
    assert len(outbox) == 0


def test_the_fact_says_before_and_after(reservation):
    with transaction():
        service.move_reservation(reservation, wish(f"{SATURDAY} 21:00", 4), actor=bearer(reservation))
    entry = audit.entries_on("Reservation", reservation.id)[0]
    assert entry.details["before"] == f"{SATURDAY} 19:30, 2 (1)"
    assert entry.details["after"] == f"{SATURDAY} 21:00, 4 (3)"


@pytest.mark.parametrize("state", ["cancelled", "no_show", "finished", "seated"])
def test_what_is_over_does_not_move(alice, reservation, url, at, state):
    end(reservation, state, at)
    before = state_of(reservation)
    answer = alice.post(f"{url}/modification", data={**PARTY, "date": "2026-03-20"})
    assert answer.status_code == 409
    assert state_of(reservation) == before
    assert "Changer la date" not in alice.see(url).text


def end(reservation, state, at):
    at(f"{SATURDAY} 19:40")
    acts = {
        "cancelled": [lambda kept: service.cancel_reservation(kept, actor=TESTS, reason="x")],
        "no_show": [lambda kept: service.note_missed_party(kept, actor=TESTS)],
        "seated": [lambda kept: service.seat_party(kept, actor=TESTS)],
        "finished": [
            lambda kept: service.seat_party(kept, actor=TESTS),
            lambda kept: service.finish_reservation(kept, actor=TESTS),
        ],
    }
    for act in acts[state]:
        with transaction():
            act(reservation)
    assert fresh(reservation).state is ReservationState(state)


def test_too_late_is_told_with_the_number_to_call(alice, reservation, url, at):
    at(f"{SATURDAY} 17:31")
    answer = alice.post(f"{url}/modification", data=PARTY)
    assert answer.status_code == 409
    assert "02 38 00 00 00" in alice.arrive(url, answer).text
    assert fresh(reservation).sequence == 0
    assert "02 38 00 00 00" in alice.see(url).text


def test_staff_are_not_too_late(reservation, at):
    at(f"{SATURDAY} 18:00")
    with transaction():
        assert service.move_reservation(reservation, wish(f"{SATURDAY} 21:00"), actor=TESTS)


@pytest.mark.parametrize("stranger", ["nobody", "eve"])
def test_it_refuses_others(visit, cast, house, reservation, url, stranger):
    guest = visit()
    if stranger == "eve":
        guest.bear("booking.manage", promise(house, covers=3, email="eve@example.org"))
    assert guest.post(f"{url}/modification", data=PARTY).status_code == 403
    assert guest.get(f"{url}/modification").status_code in (302, 303, 403)
    assert fresh(reservation).sequence == 0


def test_the_service_refuses_others_by_itself(house, reservation):
    eve = bearer(promise(house, covers=3, email="eve@example.org"))
    with pytest.raises(NotAllowed), transaction():
        service.move_reservation(reservation, wish(f"{SATURDAY} 21:00"), actor=eve)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("covers", "0", "au moins 1"), ("covers", "abc", "en chiffres"), ("covers", "99", "Plus de six"),
        ("time", "19:37", "proposé"), ("time", "tard", "liste"), ("date", "2026-02-30", "n’existe pas"),
        ("date", "2026-03-01", "passé"), ("date", "2026-03-16", "fermée"), ("date", "2027-03-20", "à l’avance"),
    ],
)  # fmt: skip
def test_a_wrong_wish_is_told_and_changes_nothing(alice, reservation, url, field, typed, told):
    answer = alice.post(f"{url}/modification", data={**PARTY, field: typed})
    assert answer.status_code in (409, 422)
    assert told in alice.arrive(url, answer).text
    assert fresh(reservation).sequence == 0


def test_staff_may_choose_the_table(house, reservation):
    with transaction():
        service.move_reservation(reservation, wish(covers=2, unit=tables(house)["2"]), actor=TESTS)
    assert fresh(reservation).table_codes() == "2"
    assert unsound() == []


def test_nobody_is_moved_onto_a_taken_table(house, reservation):
    other = promise(house, email="b@example.org")
    with pytest.raises(service.TimeTaken, match="déjà prise"), transaction():
        service.move_reservation(
            reservation, wish(covers=2, unit=tables(house)[other.table_codes()]), actor=TESTS, permit=FORCE
        )
    assert unsound() == []


# --- who comes ------------------------------------------------------------------------------------------------


def test_the_details_are_corrected_and_the_person_is_not(alice, reservation, url):
    page = alice.see(f"{url}/coordonnees").submit("form[method=post].form", first_name="Alix", special_requests="")
    kept = fresh(reservation)
    assert page.url == url
    assert (kept.first_name, kept.special_requests, kept.sequence) == ("Alix", "", 0)
    assert kept.guest.first_name == "Alice"
    assert audit.entries_on("Reservation", reservation.id)[0].details == {"fields": ["first_name"]}


def test_the_phone_is_shown_as_people_write_it(alice, reservation, url):
    page = alice.see(f"{url}/coordonnees")
    assert page.fields("form[method=post].form")["phone"] == "06 12 34 56 78"


def test_wrong_details_are_told_beside_the_field(alice, reservation, url):
    page = alice.see(f"{url}/coordonnees").submit("form[method=post].form", email="alice", phone="12")
    assert page.status == 422
    assert "semble incomplète" in page.first("#email-error").text
    assert "semble incomplet" in page.first("#phone-error").text
    assert page.first("#email")["value"] == "alice"
    assert fresh(reservation).email == WHO["email"]


def test_details_that_did_not_change_say_nothing(reservation):
    with transaction():
        assert not service.change_details(reservation, details(), actor=bearer(reservation))


def test_details_of_what_is_over_stay(reservation):
    with transaction():
        service.cancel_reservation(reservation, actor=TESTS, reason="x")
    with pytest.raises(RuleBroken, match="ne se modifie plus"), transaction():
        service.change_details(reservation, details(first_name="Zoé"), actor=TESTS)

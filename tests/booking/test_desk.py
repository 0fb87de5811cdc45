"""The team at the desk: the list, one reservation, a caller's table, and the acts of the evening."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.jobs import forget_old_holds
from app.booking.models import Reservation, ReservationNote, ReservationOrigin, ReservationState, SeatingCell
from app.booking.seating import STAFF
from app.booking.settings import CONFIRMATION
from app.kernel import audit, settings
from app.kernel.db import db, transaction
from app.kernel.scopes import Scope
from tests.booking.houses import SATURDAY, TESTS, fill, fresh, promise, tables
from tests.booking.soundness import unsound
from tests.factories import make_user

CALLER = {"date": SATURDAY, "time": "20:00", "covers": "2", "last_name": "Moreau", "phone": "06 11 22 33 44"}
S = ReservationState


@pytest.fixture
def url(reservation):
    return f"/admin/reservations/{reservation.id}"


def made_for(last_name):
    return db.session.scalars(sa.select(Reservation).where(Reservation.last_name == last_name)).one()


# --- seeing ---------------------------------------------------------------------------------------------------


def test_the_list_shows_reservations_and_no_holds(visit, cast, house, reservation):
    visit().post("/reserver", data={"date": SATURDAY, "time": "12:00", "covers": "2"})
    page = visit(cast.diane).see("/admin/reservations")
    assert page.status == 200
    assert "Alice Durand" in page.text
    assert "1 ligne" in page.text
    assert "alice@example.org" not in page.text


def test_a_reservation_is_shown_whole(visit, cast, reservation, url):
    page = visit(cast.diane).see(url)
    assert page.status == 200
    for said in ("Alice Durand", reservation.reference, "samedi 14 mars 2026", "06 12 34 56 78", "alice@example.org"):
        assert said in page.text
    assert "a réservé pour 2 le samedi 14 mars 2026 à 19:30" in page.text.replace("h ", ":").replace("19 :", "19:")


def test_a_waiter_sees_the_day_alone_without_contacts(visit, cast, reservation, url, at):
    assert visit(cast.bruno).get(url).status_code == 403
    assert "Alice Durand" not in visit(cast.bruno).see("/admin/reservations?vue=toutes").text
    at(f"{SATURDAY} 18:00")
    page = visit(cast.bruno).see(url)
    assert "Alice Durand" in page.text
    assert "alice@example.org" not in page.response.text
    assert "12 34 56" not in page.text
    assert "06 •• •• •• 78" in page.text
    assert not page.has("form[action*=reservations]")


def test_the_night_belongs_to_the_day_before(visit, cast, reservation, at):
    for instant, seen in ((f"{SATURDAY} 04:59", False), ("2026-03-15 04:59", True), ("2026-03-15 05:00", False)):
        at(instant)
        assert ("Alice Durand" in visit(cast.bruno).see("/admin/reservations?vue=toutes").text) is seen, instant


@pytest.mark.parametrize(
    ("who", "acts"), [("bruno", set()), ("diane", {"Annuler", "Modifier"}), ("chloe", {"Annuler", "Modifier"})]
)
def test_the_buttons_are_what_the_role_may_do(visit, cast, url, who, acts):
    page = visit(getattr(cast, who)).see(url)
    shown = {word for word in ("Annuler", "Modifier") if any(word in label for label in page.links())}
    assert shown == acts


def test_the_buttons_follow_the_hour(visit, cast, url, at):
    assert "Installer" not in visit(cast.diane).see(url).text
    at(f"{SATURDAY} 19:40")
    page = visit(cast.diane).see(url)
    assert {"Installer", "Noter l’absence"} <= {button.text for button in page.all("button")}


def test_an_unknown_reservation_is_not_found(visit, cast, house):
    assert visit(cast.chloe).get(f"/admin/reservations/{house.id}").status_code == 404


def test_a_stranger_is_sent_to_log_in(visit, url):
    answer = visit().get(url)
    assert answer.headers["Location"].startswith("/connexion?next=")


# --- taking a caller's reservation ----------------------------------------------------------------------------


def test_a_caller_gets_a_table(visit, cast, house):
    page = visit(cast.diane).see("/admin/reservations/nouvelle")
    page = page.submit("#reservation-form", **CALLER)
    made = made_for("Moreau")
    assert page.url == f"/admin/reservations/{made.id}"
    assert (made.state, made.origin, made.consent_at) == (S.CONFIRMED, ReservationOrigin.STAFF, None)
    assert made.guest.email is None
    assert unsound() == []


def test_staff_pass_over_notice_and_online_limit_by_themselves(visit, cast, house):
    visit(cast.diane).post("/admin/reservations", data={**CALLER, "covers": "8"})
    assert made_for("Moreau").covers == 8


def test_without_javascript_a_wrong_form_keeps_what_was_typed(visit, cast, house):
    page = visit(cast.diane).see("/admin/reservations/nouvelle")
    page = page.submit("#reservation-form", javascript=False, **{**CALLER, "last_name": "", "covers": "abc"})
    assert page.status == 422
    assert page.has("#last_name-error")
    assert page.has("#covers-error")
    assert page.first("#phone")["value"] == CALLER["phone"]


def test_a_full_evening_is_refused_with_alternatives(visit, cast, house):
    fill(house, f"{SATURDAY} 20:00")
    guest = visit(cast.diane)
    page = guest.arrive("/admin/reservations", guest.post("/admin/reservations", data=CALLER))
    assert page.status == 409
    assert page.all(".alternatives button")
    assert "Passer outre" not in page.text


def pace(house):
    """Eight of the ten covers that the kitchen takes at 20:00."""
    promise(house, f"{SATURDAY} 20:00", 4, email="a@example.org")
    promise(house, f"{SATURDAY} 20:00", 4, email="b@example.org")


def test_a_manager_forces_in_their_own_name(visit, cast, house):
    pace(house)
    promise(house, f"{SATURDAY} 20:00", 1, email="c@example.org")
    chloe = visit(cast.chloe)
    page = chloe.arrive("/admin/reservations", chloe.post("/admin/reservations", data=CALLER))
    assert page.status == 409
    page = page.submit("#reservation-form", button="force=yes")
    made = made_for("Moreau")
    assert made.overridden == ["pacing"]
    entry = audit.entries_on("Reservation", made.id)[0]
    assert (entry.actor_label, entry.details["overridden"]) == (cast.chloe.person.full_name, ["pacing"])
    assert "Règle de la maison laissée de côté : rythme des arrivées." in page.text
    assert unsound() == []


def test_a_host_may_not_force(visit, cast, house):
    pace(house)
    promise(house, f"{SATURDAY} 20:00", 1, email="c@example.org")
    assert visit(cast.diane).post("/admin/reservations", data={**CALLER, "force": "yes"}).status_code == 409


def test_nobody_forces_a_table_that_is_taken(visit, cast, house):
    fill(house, f"{SATURDAY} 20:00")
    chloe = visit(cast.chloe)
    assert chloe.post("/admin/reservations", data={**CALLER, "force": "yes"}).status_code == 409
    taken = {**CALLER, "force": "yes", "unit": tables(house)["1"]}
    page = chloe.arrive("/admin/reservations", chloe.post("/admin/reservations", data=taken))
    assert (page.status, "déjà prise" in page.text) == (409, True)
    assert unsound() == []


def test_a_forced_table_may_be_of_another_size(visit, cast, house):
    visit(cast.chloe).post("/admin/reservations", data={**CALLER, "force": "yes", "unit": tables(house)["3"]})
    made = made_for("Moreau")
    assert (made.table_codes(), made.overridden) == ("3", ["fit"])


@pytest.mark.parametrize("unit", ["nimporte", "0" * 32])
def test_a_forged_table_is_refused(visit, cast, house, unit):
    assert visit(cast.chloe).post("/admin/reservations", data={**CALLER, "unit": unit}).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("bruno", 403), ("diane", 303), ("chloe", 303), ("admin", 303)])
def test_who_may_take_a_reservation(visit, cast, house, who, status):
    assert visit(getattr(cast, who)).post("/admin/reservations", data=CALLER).status_code == status


# --- the evening ----------------------------------------------------------------------------------------------


def test_a_request_is_confirmed_and_the_guest_told(visit, cast, house, outbox):
    with transaction():
        settings.change(CONFIRMATION, "manual", level="establishment", holder=str(house.id))
    asked = promise(house)
    outbox.forget()
    answer = visit(cast.diane).post(f"/admin/reservations/{asked.id}/confirmation")
    assert answer.status_code == 303
    assert fresh(asked).state is S.CONFIRMED
    assert [letter.address for letter in outbox] == ["alice@example.org"]


def test_the_party_sits_and_leaves(visit, cast, reservation, url, at):
    at(f"{SATURDAY} 19:35")
    assert visit(cast.diane).post(f"{url}/installation").status_code == 303
    assert fresh(reservation).state is S.SEATED
    at(f"{SATURDAY} 20:05")
    assert visit(cast.diane).post(f"{url}/depart").status_code == 303
    assert fresh(reservation).state is S.FINISHED
    assert fresh(reservation).table_codes() == "1"
    assert unsound() == []


def test_who_leaves_early_frees_the_rest(house, reservation, at):
    at(f"{SATURDAY} 19:35")
    fill(house, f"{SATURDAY} 20:15", 2)
    with transaction():
        service.seat_party(reservation, actor=TESTS)
    at(f"{SATURDAY} 20:05")
    cells = db.session.scalar(sa.select(sa.func.count()).where(SeatingCell.reservation_id == reservation.id))
    with transaction():
        service.finish_reservation(reservation, actor=TESTS)
    left = db.session.scalar(sa.select(sa.func.count()).where(SeatingCell.reservation_id == reservation.id))
    assert (cells, left) == (6, 3)
    assert promise(house, f"{SATURDAY} 21:15", 2, email="z@example.org", permit=STAFF).table_codes() in "12"
    assert unsound() == []


def test_nobody_sits_before_the_day(visit, cast, reservation, url):
    page = visit(cast.diane)
    answer = page.post(f"{url}/installation")
    assert answer.status_code == 409
    assert "un autre jour" in page.arrive(url, answer).text
    assert fresh(reservation).state is S.CONFIRMED


def test_nobody_is_missed_before_the_hour(visit, cast, reservation, url, at):
    at(f"{SATURDAY} 19:29")
    assert visit(cast.diane).post(f"{url}/absence").status_code == 409
    at(f"{SATURDAY} 19:31")
    assert visit(cast.diane).post(f"{url}/absence").status_code == 303
    assert fresh(reservation).state is S.NO_SHOW
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SeatingCell)) == 0
    assert unsound() == []


@pytest.mark.parametrize("act", ["confirmation", "installation", "depart", "absence", "absence/retrait"])
def test_a_wrong_state_is_told(visit, cast, reservation, url, at, act):
    with transaction():
        service.cancel_reservation(reservation, actor=TESTS, reason="x")
    at(f"{SATURDAY} 19:40")
    assert visit(cast.chloe).post(f"{url}/{act}").status_code == 409
    assert fresh(reservation).state is S.CANCELLED


@pytest.mark.parametrize(
    "act",
    ["confirmation", "installation", "depart", "absence", "absence/retrait", "annulation", "notes", "modification"],
)
def test_a_stranger_acts_on_nothing(visit, reservation, url, act):
    guest = visit()
    guest.bear("booking.manage", reservation)
    assert guest.post(f"{url}/{act}", data={"reason": "x", "text": "x"}).status_code in (403, 409, 303, 422)
    assert fresh(reservation).notes == []


def test_the_house_cancels_with_a_reason_the_guest_reads(visit, cast, reservation, url, outbox):
    page = visit(cast.chloe).see(f"{url}/annulation").submit("form.form", reason="Fuite en cuisine")
    assert page.url == url
    assert fresh(reservation).state is S.CANCELLED
    assert "Fuite en cuisine" in outbox.to("alice@example.org")[0].text


def test_the_house_says_why(visit, cast, reservation, url):
    page = visit(cast.chloe).see(f"{url}/annulation").submit("form.form", reason="")
    assert (page.status, page.has("#reason-error")) == (422, True)
    assert fresh(reservation).state is S.CONFIRMED


def test_a_waiter_may_not_cancel(visit, cast, reservation, url):
    assert visit(cast.bruno).get(f"{url}/annulation").status_code == 403
    assert visit(cast.bruno).post(f"{url}/annulation", data={"reason": "x"}).status_code == 403
    assert fresh(reservation).state is S.CONFIRMED


def test_the_desk_moves_a_reservation(visit, cast, reservation, url, outbox):
    page = visit(cast.diane).see(f"{url}/modification").submit("#reservation-form", time="21:00", covers="4")
    kept = fresh(reservation)
    assert page.url == url
    assert (kept.local_time.hour, kept.covers, kept.sequence) == (21, 4, 1)
    assert len(outbox.to("alice@example.org")) == 1
    assert unsound() == []


def test_the_desk_chooses_the_table(visit, cast, house, reservation, url):
    visit(cast.diane).see(f"{url}/modification").submit("#reservation-form", unit=tables(house)["2"])
    assert fresh(reservation).table_codes() == "2"


def test_a_note_is_kept_for_the_team(visit, cast, reservation, url):
    page = visit(cast.diane).see(url).submit(f"form[action={url}/notes]", text="Table près du bar")
    assert "Table près du bar" in page.text
    assert db.session.scalars(sa.select(ReservationNote)).one().author == cast.diane.person.full_name
    entry = audit.entries_on("Reservation", reservation.id)[0]
    assert (entry.fact, entry.details) == ("booking.note_written", {})
    guest = visit()
    guest.bear("booking.manage", reservation)
    assert "Table près du bar" not in guest.see(f"/reservations/{reservation.id}").text


@pytest.mark.parametrize("text", ["", "x" * 2001, "a\x07b"])
def test_a_wrong_note_is_told(visit, cast, url, text):
    guest = visit(cast.diane)
    page = guest.arrive(url, guest.post(f"{url}/notes", data={"text": text}))
    assert (page.status, page.has("#text-error")) == (422, True)


def test_a_role_holds_in_its_establishment_only(visit, cast, house, reservation, url):
    elsewhere = make_user("Zoé", "manager", email="zoe@example.org", scope=Scope("establishment", str(cast.alice.id)))
    here = make_user("Luc", "manager", email="luc@example.org", scope=Scope("establishment", str(house.id)))
    assert visit(elsewhere).get(url).status_code == 403
    assert visit(here).get(url).status_code == 200


def test_old_holds_are_forgotten_and_promises_are_not(visit, house, reservation, at):
    visit().post("/reserver", data={"date": SATURDAY, "time": "12:00", "covers": "2"})
    at("2026-03-25 04:20")
    service_expire()
    assert forget_old_holds() == 1
    assert fresh(reservation).state is S.CONFIRMED


def service_expire():
    with transaction():
        service.expire_holds()

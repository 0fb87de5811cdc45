"""Whatever is typed or forged: a clear French message, the right status, nothing written, nothing typed lost."""

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from app.booking.models import Reservation, ReservationState, Seating, SeatingCell
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from tests.booking.houses import SATURDAY, open_example, open_house, promise, typed
from tests.booking.soundness import unsound

LONG = "é" * 10_000
WISH = {"date": SATURDAY, "time": "19:30", "covers": "2"}
MADE = (Reservation, Seating, SeatingCell, AuditEntry)


def counted():
    db.session.rollback()
    return [db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in MADE]


@pytest.fixture
def nothing_written(house):
    before = counted()
    yield
    assert counted() == before
    assert unsound() == []


# --- the wish -------------------------------------------------------------------------------------------------

WRONG_WISHES = [
    ("date", "2026-03-09", 422, "est passé"),
    ("date", "2020-01-01", 422, "est passé"),
    ("date", "0001-01-01", 422, "hors du calendrier"),
    ("date", "9999-12-31", 422, "hors du calendrier"),
    ("date", "2026-09-05", 422, "jours à l’avance"),
    ("date", "2026-03-16", 422, "fermée"),
    ("date", "2026-04-08", 422, "fermée"),
    ("date", "2026-02-30", 422, "Cette date n’existe pas"),
    ("date", "2026-13-01", 422, "n’existe pas"),
    ("date", "14/03/2026", 422, "2026-03-14"),
    ("date", "demain", 422, "2026-03-14"),
    ("date", "٢٠٢٦-٠٣-١٤", 422, "date"),
    ("date", "", 422, "Choisissez une date"),
    ("time", "19:37", 422, "n’est pas proposé"),
    ("time", "03:00", 422, "n’est pas proposé"),
    ("time", "25:00", 422, "Choisissez un horaire"),
    ("time", "19h30", 422, "Choisissez un horaire"),
    ("time", "", 422, "Choisissez un horaire"),
    ("covers", "0", 422, "au moins 1 couvert"),
    ("covers", "-1", 422, "au moins 1 couvert"),
    ("covers", "7", 422, "Plus de six"),
    ("covers", "999", 422, "Plus de six"),
    ("covers", "999999", 422, "Plus de six"),
    ("covers", "99999999999999999999", 422, "en chiffres"),
    ("covers", "abc", 422, "en chiffres"),
    ("covers", "2.5", 422, "en chiffres"),
    ("covers", "٢", 422, "en chiffres"),
    ("covers", "", 422, "combien"),
    ("covers", "2\x00", 422, "en chiffres"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "status", "told"), WRONG_WISHES)
def test_a_wrong_wish(visit, nothing_written, field, value, status, told):
    guest = visit()
    page = guest.arrive("/reserver", guest.post("/reserver", data={**WISH, field: value}))
    assert page.status == status
    assert told in page.text


@pytest.mark.parametrize(("field", "value", "status", "told"), WRONG_WISHES)
def test_a_wrong_wish_with_details_keeps_all_that_was_typed(visit, nothing_written, field, value, status, told):
    guest = visit()
    page = guest.arrive("/reserver", guest.post("/reserver", data=typed(**{field: value})))
    assert page.status == status
    assert told in page.text
    kept = page.fields("#details form")
    lost = {name for name, value_ in typed().items() if name not in (field,) and kept.get(name) != value_}
    assert lost == set()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("date=2026-02-30&covers=2", "n’existe pas"), ("date=hier", "2026-03-14"), ("covers=abc", "en chiffres"),
        ("covers=0&date=2026-03-14", "au moins 1"), ("covers=-1", "au moins 1"), ("time=99:99", "liste"),
        ("date=2026-03-01&covers=2", "passé"), ("date=2030-03-01&covers=2", "à l’avance"),
        ("date=2026-03-14&covers=999", "Plus de six"), ("date=%00&covers=%FF", "chiffres"),
    ],
)  # fmt: skip
def test_a_wrong_search_is_told_on_the_page(visit, nothing_written, query, told):
    page = visit().see(f"/reserver?{query}")
    assert page.status == 422
    assert told in page.text


@pytest.mark.parametrize("month", ["2026-13", "abc", "0001-01", "9999-12", "-1", "2026-03-14"])
def test_a_wrong_month_shows_another(visit, nothing_written, month):
    assert visit().see(f"/reserver?mois={month}&covers=2").status == 200


def test_a_closed_day_is_told_with_the_nearest_days(visit, nothing_written):
    page = visit().see("/reserver?date=2026-03-16&covers=2")
    assert page.status == 200
    assert "fermée" in page.text
    assert page.all(".alternatives a")


# --- who comes ------------------------------------------------------------------------------------------------

WRONG_DETAILS = [
    ("first_name", "", "Indiquez votre prénom"),
    ("first_name", "   ", "Indiquez votre prénom"),
    ("first_name", LONG, "80 caractères"),
    ("first_name", "Al\x00ice", "invisibles"),
    ("last_name", "", "Indiquez votre nom"),
    ("last_name", LONG, "80 caractères"),
    ("last_name", "Du\x1b[31mrand", "invisibles"),
    ("email", "", "l’adresse où envoyer"),
    ("email", "alice", "incomplète"),
    ("email", "alice@", "incomplète"),
    ("email", "a@b\r\nBcc: eve@example.org", "incomplète"),
    ("email", f"{'a' * 300}@example.org", "incomplète"),
    ("email", "ali\x00ce@example.org", ""),
    ("phone", "", "un numéro"),
    ("phone", "123", "incomplet"),
    ("phone", "sept", "incomplet"),
    ("phone", LONG, "incomplet"),
    ("special_requests", "x" * 1001, "1 000 caractères"),
    ("special_requests", "a\x08b", "invisibles"),
    ("consent", None, "Cochez cette case"),
]


@pytest.mark.parametrize(("field", "value", "told"), WRONG_DETAILS)
def test_wrong_details_are_told_beside_the_field(visit, nothing_written, field, value, told):
    guest = visit()
    page = guest.arrive("/reserver", guest.post("/reserver", data=typed(**{field: value})))
    assert page.status == 422
    assert told in page.first(f"#{field}-error").text
    kept = page.fields("#details form")
    assert {name for name, sent in typed().items() if name != field and kept.get(name) != sent} == set()


def test_what_was_typed_wrong_is_kept_too(visit, nothing_written):
    guest = visit()
    page = guest.arrive("/reserver", guest.post("/reserver", data=typed(email="alice@", first_name=LONG)))
    assert page.first("#email")["value"] == "alice@"
    assert page.first("#first_name")["value"] == LONG


def test_html_is_shown_as_it_was_typed(visit, house):
    guest = visit()
    page = guest.arrive(
        "/reserver", guest.post("/reserver", data=typed(first_name="<b>Zoé</b>", special_requests="{{ 7*7 }}"))
    )
    assert "<b>Zoé</b>" in page.text
    assert "{{ 7*7 }}" in guest.see(page.url.removesuffix("/confirmation")).text


# --- forged and stale -----------------------------------------------------------------------------------------


def test_a_forged_cookie_is_nobody(visit, nothing_written):
    guest = visit()
    guest.client.set_cookie("guichet", "eyJ2aXNpdG9yIjoiYSJ9.forged.signature", domain="localhost")
    assert guest.get("/reserver/coordonnees").status_code == 303


def test_anothers_hold_cannot_be_confirmed(visit, house):
    visit().post("/reserver", data=WISH)
    eve = visit()
    eve.post("/reserver", data=typed(email="eve@example.org"))
    states = sorted(row.state for row in db.session.scalars(sa.select(Reservation)))
    assert states == [ReservationState.CONFIRMED, ReservationState.HELD]
    assert unsound() == []


def test_a_stale_form_is_told(visit, nothing_written):
    guest = visit()
    guest.csrf = False
    answer = guest.post("/reserver", data=typed())
    page = guest.arrive("/reserver", answer)
    assert (page.status, "trop longtemps" in page.text) == (400, True)


def test_a_forged_form_token_is_refused(visit, nothing_written):
    guest = visit()
    guest.csrf = False
    assert guest.post("/reserver", data=typed(csrf_token="forged")).status_code == 400


def test_anothers_form_token_is_refused(visit, nothing_written):
    guest, eve = visit(), visit()
    token = guest.see(f"/reserver?date={SATURDAY}&covers=2").fields("#choice form[method=post]")["csrf_token"]
    eve.csrf = False
    assert eve.post("/reserver", data=typed(csrf_token=token)).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("put", "/reserver"),
        ("delete", "/reserver"),
        ("patch", "/reservations"),
        ("post", "/reserver/coordonnees"),
        ("post", "/"),
    ],
)
def test_a_wrong_method_is_told_with_the_right_ones(visit, nothing_written, method, path):
    guest = visit()
    headers = {"X-CSRFToken": guest.token()}
    answer = getattr(guest.client, method)(path, base_url=guest.base_url, headers=headers)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "<main" in answer.get_data(as_text=True)


def test_a_huge_body_is_refused(visit, nothing_written):
    guest = visit()
    answer = guest.post("/reserver", data=typed(special_requests="x" * 300_000))
    page = guest.arrive("/reserver", answer)
    assert (page.status, "volumineux" in page.text) == (413, True)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/xml", "multipart/form-data"])
def test_a_wrong_content_type_is_no_reservation(visit, nothing_written, content_type):
    guest = visit()
    answer = guest.post("/reserver", data=b'{"date": "2026-03-14"}', content_type=content_type)
    assert answer.status_code in (400, 415, 422)
    assert "<main" in answer.get_data(as_text=True)


def test_a_field_sent_twice_is_read_once(visit, house):
    answer = visit().post(
        "/reserver", data=MultiDict([*typed().items(), ("covers", "4"), ("email", "eve@example.org")])
    )
    made = db.session.scalars(sa.select(Reservation)).one()
    assert (answer.status_code, made.covers, made.email) == (303, 2, "alice@example.org")


def test_unknown_fields_change_nothing(visit, house):
    visit().post(
        "/reserver", data=typed(state="finished", overridden="pacing", force="yes", unit="x", reference="AAAAAAA")
    )
    made = db.session.scalars(sa.select(Reservation)).one()
    assert (made.state, made.overridden, made.locked_unit) == (ReservationState.CONFIRMED, [], None)
    assert made.reference != "AAAAAAA"


@pytest.mark.parametrize(
    "path",
    ["/reservations/00000000-0000-0000-0000-000000000000", "/reservations/nimporte", "/reservations/../etc/passwd",
     "/e/inconnu/reserver", "/e/%00/reserver", "/admin/reservations/123", "/nulle-part"],
)  # fmt: skip
def test_an_address_that_leads_nowhere(visit, nothing_written, path):
    page = visit().see(path)
    assert page.status in (404, 200)
    if page.status == 200:
        assert page.url.startswith("/connexion")
    else:
        assert "n’existe pas" in page.text


def test_a_traversal_gives_no_file(visit, house):
    for name in ("..%2f..%2fwsgi.py", "%2e%2e/%2e%2e/wsgi.py", "css/../../wsgi.py", "....//wsgi.py"):
        answer = visit().get(f"/static/{name}")
        assert answer.status_code == 404
        assert "create_app" not in answer.get_data(as_text=True)


def test_too_many_posts_are_told_to_wait(visit, house):
    guest = visit()
    answers = [guest.post("/reserver", data={}).status_code for _n in range(61)]
    assert answers[:60] == [422] * 60
    assert answers[60] == 429
    last = guest.post("/reserver", data={})
    assert last.headers["Retry-After"]
    assert "Trop de demandes" in guest.arrive("/reserver", last).text


# --- clocks ---------------------------------------------------------------------------------------------------

NIGHT = {
    "name": "Nuit", "weekdays": [6], "first": "23:00", "last": "04:00", "pacing_covers": None,
    "pacing_reservations": None, "durations": None,
}  # fmt: skip


@pytest.fixture
def bar(app):
    """Open until half past one on Thursday, Friday and Saturday nights."""
    return open_example("bar-de-nuit")


def test_the_hour_that_does_not_exist_is_not_offered(visit, app, at):
    """The night of Saturday 28 March 2026: at two o'clock it is three."""
    open_house(shifts=[NIGHT])
    guest = visit()
    page = guest.see("/reserver?date=2026-03-28&covers=2")
    offered = [field["value"] for field in page.all("input[name=time]")]
    assert "01:45" in offered
    assert "03:00" in offered
    assert not [time for time in offered if time.startswith("02:")]
    answer = guest.post("/reserver", data=typed(date="2026-03-28", time="02:15"))
    assert answer.status_code == 422
    assert "n’est pas proposé" in guest.arrive("/reserver", answer).text
    assert counted()[0] == 0


def test_two_parties_never_meet_in_the_spring_night(app, at):
    house = open_house(shifts=[NIGHT])
    codes = [
        promise(house, f"2026-03-28 {time}", 2, email=f"{time.replace(':', '')}@example.org").table_codes()
        for time in ("01:00", "03:00", "03:30")
    ]
    # 01:00 lasts until 03:30 on the wall clock: an hour and a half of real time.
    assert codes[0] != codes[1]
    assert codes[2] == codes[0]
    assert unsound() == []


def test_the_hour_that_comes_twice_is_offered_once(visit, app, at):
    """The night of Saturday 24 October 2026: at three o'clock it is two again."""
    at("2026-10-20 10:00")
    house = open_house(shifts=[NIGHT])
    page = visit().see("/reserver?date=2026-10-24&covers=2")
    offered = [field["value"] for field in page.all("input[name=time]")]
    assert offered.count("02:30") == 1
    early = promise(house, "2026-10-24 02:00", 2, email="a@example.org")
    late = promise(house, "2026-10-24 03:00", 2, email="b@example.org")
    assert (late.starts_at - early.starts_at).total_seconds() == 2 * 3600
    assert early.table_codes() == late.table_codes()
    assert unsound() == []


@pytest.mark.parametrize(("now", "day"), [("2026-03-25 10:00", "2026-03-28"), ("2026-10-20 10:00", "2026-10-24")])
def test_past_midnight_belongs_to_the_evening_before(visit, bar, at, now, day):
    at(now)
    guest = visit()
    answer = guest.post("/reserver", data=typed(date=day, time="01:00"))
    assert answer.status_code == 303
    made = db.session.scalars(sa.select(Reservation)).one()
    assert str(made.service_date) == day
    assert made.starts_at.isoformat()[:16] == {"2026-03-28": "2026-03-29T00:00", "2026-10-24": "2026-10-24T23:00"}[day]


@pytest.mark.parametrize("sunday", ["2026-03-29", "2026-10-25"])
def test_both_sundays_take_dinners(visit, house, at, sunday):
    at(f"{sunday[:8]}20 10:00")
    answer = visit().post("/reserver", data=typed(date=sunday, time="20:00"))
    assert answer.status_code == 303
    made = db.session.scalars(sa.select(Reservation)).one()
    assert made.starts_at.hour == {"2026-03-29": 18, "2026-10-25": 19}[sunday]

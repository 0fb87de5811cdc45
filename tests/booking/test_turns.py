"""How long parties stay: learned from what the team notes, offered with its risk, never set by itself."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.booking import service, turns
from app.booking.models import BookingPolicy, Shift, Stay
from app.booking.opening import DurationBand
from app.kernel.db import db, transaction
from tests.booking.houses import TESTS, promise
from tests.harness.databases import on_both

BANDS = (DurationBand(2, 90), DurationBand(4, 105), DurationBand(None, 120))
minutes = st.lists(st.floats(15, 480), min_size=turns.ENOUGH, max_size=200)


@given(minutes, st.sampled_from([0.05, 0.1, 0.2, 0.5]))
def test_a_proposal_keeps_its_promise_on_the_stays_it_was_learned_from(found, risk):
    two, four, more = turns.learn([(2, each) for each in found], BANDS, risk)
    assert two.exceeded == turns.exceeding(found, two.proposed) <= risk
    assert two.proposed % 15 == 0
    assert turns.exceeding(found, two.proposed - 15) > risk or two.proposed - 15 < min(found)
    assert (four.is_learned, more.is_learned) == (False, False)
    assert (four.proposed, more.proposed) == (105, 120)


@given(minutes)
def test_a_smaller_risk_never_proposes_less_time(found):
    stays = [(3, each) for each in found]
    by_risk = [turns.learn(stays, BANDS, risk)[1].proposed for risk in (0.5, 0.2, 0.1, 0.01)]
    assert by_risk == sorted(by_risk)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_a_value_that_was_seen(found, share):
    ordered = sorted(found)
    value = turns.quantile(ordered, share)
    assert value in ordered
    assert sum(1 for each in ordered if each <= value) >= share * len(ordered) - 1e-6


def test_few_stays_and_mistaken_taps_teach_nothing():
    few = [(2, 60.0)] * (turns.ENOUGH - 1)
    mistaken = [(2, 1.0)] * 50 + [(2, 1000.0)] * 50
    two, *_others = turns.learn(few + mistaken, BANDS, 0.1)
    assert (two.stays, two.is_learned, two.proposed) == (turns.ENOUGH - 1, False, 90)


def test_proposed_durations_travel_in_an_address():
    learned = turns.learn([(2, 100.0)] * 30, BANDS, 0.1)
    assert turns.written(learned) == "2:105,4:105,*:120"
    assert turns.read("2:105,4:105,*:120") == (DurationBand(2, 105), DurationBand(4, 105), DurationBand(None, 120))


@pytest.mark.parametrize(
    "forged", ["", "x", "2:90", "2:91,*:120", "*:120,2:90", "2:90,*:9999", "2:-15,*:90", ":,:", "2:9:0"]
)
def test_a_forged_proposal_is_none(forged):
    assert turns.read(forged) is None


def stay_of(reservation):
    return db.session.get(Stay, reservation.id, populate_existing=True)


@on_both
def test_seating_and_leaving_are_kept(house, at):
    party = promise(house, "2026-03-14 19:30", 4)
    at("2026-03-14 19:40")
    with transaction():
        service.seat_party(party, actor=TESTS)
    assert (stay_of(party).covers, stay_of(party).left_at) == (4, None)
    at("2026-03-14 21:25")
    with transaction():
        service.finish_reservation(party, actor=TESTS)
    stay = stay_of(party)
    assert (stay.left_at - stay.seated_at).total_seconds() == pytest.approx(105 * 60, abs=60)


@pytest.fixture
def evenings(house):
    """Thirty parties of two on Saturdays, of 61 to 90 minutes, then ten that took two hours."""
    made = promise(house, "2026-03-14 19:30")
    seated = made.starts_at - timedelta(days=14)
    with transaction() as session:
        for number in range(40):
            row = {column.name: getattr(made, column.name) for column in made.__table__.columns}
            row |= {"id": None, "reference": f"T{number}", "service_date": date(2026, 2, 28)}
            other = type(made)(**{name: value for name, value in row.items() if name != "id"})
            session.add(other)
            session.flush()
            took = 61 + number if number < 30 else 120
            session.add(
                Stay(
                    reservation_id=other.id, establishment_id=house.id, service_date=other.service_date,
                    local_time=other.local_time, covers=2, seated_at=seated, left_at=seated + timedelta(minutes=took),
                )
            )  # fmt: skip
    return house


@on_both
def test_the_page_shows_medians_and_what_they_propose(visit, cast, evenings):
    page = visit(cast.chloe).see("/admin/chiffres/durees")
    row = page.first("tbody tr")
    assert "2 couverts 80 min 64 min 120 min" in page.text
    assert row is not None
    assert "jusqu’à 2 40 90 min 25 % 120 min 120 min" in page.text


def test_a_proposal_opens_the_form_filled_in_and_changes_nothing(visit, cast, evenings):
    chloe = visit(cast.chloe)
    page = chloe.see("/admin/chiffres/durees")
    urls = [url for url in page.links().values() if "durees=" in url]
    assert any(url.startswith("/admin/reglages/regles?durees=2:120") for url in urls)
    for url in urls:
        form = chloe.see(url)
        assert "rien n’a encore changé" in form.text
        assert form.has('input[name="bands-0-minutes"][value="120"]')
    assert db.session.scalars(sa.select(BookingPolicy.durations)).one()[0]["minutes"] == 90
    assert set(db.session.scalars(sa.select(Shift.durations))) == {None}


def test_who_may_not_configure_is_offered_nothing(visit, cast, evenings):
    with transaction() as session:
        session.execute(sa.text("DELETE FROM role_permissions WHERE permission = 'booking.configure'"))
    page = visit(cast.chloe).see("/admin/chiffres/durees")
    assert not [url for url in page.links().values() if "durees=" in url]


def test_a_forged_proposal_shows_the_rules_in_force(visit, cast, house):
    form = visit(cast.chloe).see("/admin/reglages/regles?durees=2:1,x")
    assert "rien n’a encore changé" not in form.text
    assert form.has('input[name="bands-0-minutes"][value="90"]')

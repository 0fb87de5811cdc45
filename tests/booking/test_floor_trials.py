"""« Et si… »: the demand of ninety days played again on another floor, by a job, without touching the real room."""

from datetime import UTC, date, datetime, time, timedelta
from time import thread_time as time_worked

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.booking.models import FloorTrial, RefusedSearch, SeatingCell, Table, TrialState
from app.booking.queries import house_of
from app.booking.seating import BEST_FIT, GUARDED, STAFF, Room
from app.booking.seating import Table as PureTable
from app.booking.trials.job import play_floor_trial, try_one_more_table
from app.booking.trials.one_more import OneMore, candidates
from app.booking.trials.replay import Ask, changed, play, without_repeats
from app.booking.trials.telling import because
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.kernel.scopes import Scope
from tests.booking.evenings import TUESDAY, day, room
from tests.booking.houses import TESTS, open_house, promise
from tests.factories import make_establishment, make_user
from tests.harness.databases import on_both_at_length
from tests.harness.mailbox import run_jobs

BEFORE = datetime(2026, 5, 4, 8, tzinfo=UTC)
times = st.sampled_from([time(19), time(19, 30), time(20), time(20, 15), time(21), time(22), None])


@st.composite
def demands(draw):
    asks = []
    for number in range(draw(st.integers(0, 25))):
        at = BEFORE + timedelta(minutes=number)
        withdrawn = at + timedelta(minutes=draw(st.integers(1, 30))) if draw(st.integers(0, 4)) == 0 else None
        asks.append(Ask(at, draw(times), draw(st.integers(1, 7)), None, withdrawn))
    return asks


@given(demands())
def test_everybody_is_received_or_refused_for_a_reason(asks):
    outcome = play(day().opening, room(), TUESDAY, asks)
    staying = sum(ask.covers for ask in asks if ask.withdrawn_at is None)
    assert outcome.covers + outcome.refused_covers == staying
    assert sum(outcome.why.values()) == outcome.refused_covers


@given(demands())
def test_the_guarded_engine_receives_them_soundly_too(asks):
    outcome = play(day().opening, room(), TUESDAY, asks, GUARDED)
    staying = sum(ask.covers for ask in asks if ask.withdrawn_at is None)
    assert outcome.covers + outcome.refused_covers == staying


def test_others_are_moved_on_the_floor_tried_as_they_would_be_on_the_real_one():
    twos = (PureTable("small", "salle", 1, 2), PureTable("large", "salle", 1, 4))
    floor = Room(twos, (), room().durations)
    first = Ask(BEFORE, time(20), 2, withdrawn_at=BEFORE + timedelta(minutes=5))
    couple, four = Ask(BEFORE, time(20), 2), Ask(BEFORE + timedelta(minutes=9), time(20), 4)
    assert play(day().opening, floor, TUESDAY, [first, couple, four]).covers == 2
    assert play(day().opening, floor, TUESDAY, [first, couple, four], GUARDED).covers == 6


@given(demands())
def test_the_same_floor_gives_the_same_evening_and_an_empty_one_receives_nobody(asks):
    opening = day().opening
    assert play(opening, room(), TUESDAY, asks) == play(opening, changed(room(), [], []), TUESDAY, asks)
    assert play(opening, Room((), (), room().durations), TUESDAY, asks).covers == 0


@given(demands())
def test_a_table_for_each_of_them_refuses_nobody(asks):
    ample = [PureTable(f"t{number}", "salle", 1, 7) for number in range(len(asks))]
    assert play(day().opening, changed(room(), [], ample), TUESDAY, asks).refused_covers == 0


def test_who_withdraws_gives_the_table_back():
    twos = Room((PureTable("two", "salle", 1, 2),), (), room().durations)
    first = Ask(BEFORE, time(20), 2, withdrawn_at=BEFORE + timedelta(minutes=5))
    second, third = (Ask(BEFORE + timedelta(minutes=wait), time(20), 2) for wait in (10, 20))
    outcome = play(day().opening, twos, TUESDAY, [first, second, third])
    assert (outcome.parties, outcome.covers, outcome.why) == (1, 2, {"no_table": 2})


def test_a_combination_goes_with_its_tables():
    assert [unit.id for unit in changed(room(), ["two"], []).units] == ["deux", "four", "six"]


def test_the_same_search_again_counts_once():
    asks = [Ask(BEFORE + timedelta(minutes=after), time(20), 2, was_refused=True) for after in (0, 20, 40, 120)]
    assert without_repeats(asks) == [asks[0], asks[3]]
    promised = [Ask(BEFORE, time(20), 2), Ask(BEFORE, time(20), 2)]
    assert without_repeats(promised) == promised


@pytest.fixture
def saturday(house, at, cast):
    """Le Petit Quai full of parties of two on a Saturday that is over, and five more that found nothing."""
    at("2026-03-03 10:00")
    for number in range(2):
        promise(house, "2026-03-07 20:00", actor=TESTS, permit=STAFF, email=f"g{number}@example.org")
    with transaction() as session:
        for number in range(5):
            session.add(_refused(house, 2, "no_table", number))
        session.add(_refused(house, 2, "closed", 9))
        session.add(_refused(house, 30, "party_too_large", 9))
    at("2026-03-10 11:00")
    return house


def _refused(house, covers, reason, hours):
    return RefusedSearch(
        establishment_id=house.id, at=clock.now() + timedelta(hours=hours), service_date=date(2026, 3, 7),
        local_time=time(20), covers=covers, reason=reason,
    )  # fmt: skip


def asked(**changed):
    return {
        "name": "Trois tables de deux", "added-0-count": "3", "added-0-min_covers": "1", "added-0-max_covers": "2",
        "added-0-area": "salle", **changed,
    }  # fmt: skip


def trial_of():
    return db.session.scalars(sa.select(FloorTrial).execution_options(populate_existing=True)).one()


def why(side):
    """What is said of a floor that changes nothing, with plain spaces."""
    return [sentence.replace("\u202f", " ") for sentence in because({"before": side, "after": side})]


ALONE = [PureTable("two", "salle", 1, 2)]


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        ([], ["Aucune demande n’est connue pour ces jours : il n’y a rien à rejouer."]),
        ([(20, 2)], ["La salle d’aujourd’hui aurait reçu toute la demande : 2 couverts, sans un refus."]),
        (
            [(20, 2), (20, 2)],
            ["Faute de table, la salle d’aujourd’hui aurait refusé 2 couverts : tablées de 2 (2).",
             "La salle essayée n’en aurait pas reçu un de plus."],
        ),
    ],
)  # fmt: skip
def test_a_floor_that_changes_nothing_says_why(app, asks, said):
    demand = [Ask(BEFORE + timedelta(minutes=n), time(hour), covers) for n, (hour, covers) in enumerate(asks)]
    side = vars(play(day().opening, Room(tuple(ALONE), (), room().durations), TUESDAY, demand))
    assert why(side) == said


def test_what_no_table_changes_is_told_apart(app):
    side = {"covers": 8, "refused_covers": 4, "why": {"pacing": 4}, "sizes": {}}
    assert why(side)[:2] == [
        "La salle d’aujourd’hui n’aurait refusé personne faute de table.",
        "4 couverts auraient été refusés pour ce qu’aucune table ne change : rythme des arrivées (4).",
    ]


def test_one_more_table_is_one_of_each_size_the_room_has_and_one_for_two():
    floor = Room((PureTable("a", "salle", 2, 4), PureTable("b", "salle", 3, 6), PureTable("c", "cave", 2, 4)), (), ())
    assert [(each.area, each.min_covers, each.max_covers) for each in candidates(floor)] == [
        ("salle", 1, 2), ("salle", 2, 4), ("salle", 3, 6),
    ]  # fmt: skip


@pytest.mark.parametrize(("covers", "gain"), [(2, 2), (4, 0)])
def test_one_more_table_gains_whom_it_would_have_received(covers, gain):
    floor = Room(tuple(ALONE), (), room().durations)
    asks = [Ask(BEFORE, time(20), 2), Ask(BEFORE + timedelta(minutes=1), time(20), covers)]
    more = OneMore(floor)
    more.add(day().opening, TUESDAY, asks, BEST_FIT, play(day().opening, floor, TUESDAY, asks))
    assert more.kept() == [{"area": "salle", "least": 1, "most": 2, "covers": gain}]


def test_on_monday_the_manager_reads_what_one_more_table_would_have_brought(visit, cast, saturday):
    figure = "/admin/chiffres/demande-refusee?par=motif"
    assert "C’est calculé chaque lundi matin." in visit(cast.chloe).see(figure).text
    assert [try_one_more_table(), try_one_more_table()] == [1, 1]
    run_jobs()
    assert trial_of().state is TrialState.DONE
    page = visit(cast.chloe).see(figure)
    assert "aurait refusé 10 couverts : tablées de 2 (10)." in page.text
    assert "Une table de 1 à 2 (salle) +2 couverts" in page.text
    assert page.has(f'a[href="/admin/chiffres/et-si/{trial_of().id}"]')


def test_a_trial_begins_with_one_more_table_for_two(visit, cast, saturday):
    visit(cast.chloe).see("/admin/chiffres/et-si/nouveau").submit("main form")
    tried = trial_of()
    added = {"area": "salle", "count": 1, "min_covers": 1, "max_covers": 2}
    assert (tried.name, tried.added) == ("Une table de deux de plus", [added])


@on_both_at_length
def test_one_more_table_is_tried_on_what_was_accepted_and_refused(visit, cast, saturday):
    chloe = visit(cast.chloe)
    url = chloe.post("/admin/chiffres/et-si", data=asked()).headers["Location"]
    waiting = chloe.see(url)
    assert ("0 jour rejoué sur 90" in waiting.text, waiting.has('[data-poll*="_avancement"]')) == (True, True)
    run_jobs()
    before, after = trial_of().result["before"], trial_of().result["after"]
    assert (before["covers"], before["why"]) == (4, {"no_table": 10})
    assert (after["covers"], after["why"]) == (10, {"pacing": 4})
    assert after["by_weekday"] == [0, 0, 0, 0, 0, 10, 0]
    page = chloe.see(url)
    assert "+6 couverts" in page.text
    assert "3 tables de plus, de 1 à 2 (salle)" in page.text
    assert ("plus de table 10 0" in page.text, "rythme des arrivées 0 4" in page.text) == (True, True)
    assert "+6 couverts" in chloe.see("/admin/chiffres/et-si").text
    assert not page.has('[data-poll*="_avancement"]')


def test_the_part_polled_is_the_part_of_the_page(visit, cast, saturday):
    chloe = visit(cast.chloe)
    url = chloe.post("/admin/chiffres/et-si", data=asked()).headers["Location"]
    run_jobs()
    part = chloe.get(f"{url}/_avancement").get_data(as_text=True)
    assert part.strip() in chloe.get(url).get_data(as_text=True)


def test_a_table_less_is_a_loss(visit, cast, saturday):
    two = db.session.scalars(sa.select(Table).where(Table.code == "1")).one()
    visit(cast.chloe).post("/admin/chiffres/et-si", data={"name": "Sans la 1", "removed": two.id.hex})
    run_jobs()
    assert trial_of().result["after"]["covers"] == 2
    assert "sans la table 1" in visit(cast.chloe).see(f"/admin/chiffres/et-si/{trial_of().id}").text


def test_the_real_room_is_not_touched(visit, cast, saturday):
    def real():
        rows = db.session.execute(sa.select(Table.code, Table.is_active).order_by(Table.code)).all()
        return rows, db.session.scalar(sa.select(sa.func.count()).select_from(SeatingCell))

    as_it_was = real()
    visit(cast.chloe).post("/admin/chiffres/et-si", data=asked())
    run_jobs()
    assert real() == as_it_was


def test_playing_twice_changes_nothing_and_failing_is_told(visit, cast, saturday):
    chloe = visit(cast.chloe)
    chloe.post("/admin/chiffres/et-si", data=asked())
    run_jobs()
    result = trial_of().result
    assert play_floor_trial(trial_id=str(trial_of().id)) is False
    assert trial_of().result == result
    chloe.post("/admin/chiffres/et-si", data=asked(name="Autre"))
    other = db.session.scalars(sa.select(FloorTrial).where(FloorTrial.name == "Autre")).one()
    with transaction():
        for regret in play_floor_trial.given_up:
            regret(trial_id=str(other.id))
    assert "n’a pas pu être rejoué" in chloe.see(f"/admin/chiffres/et-si/{other.id}").text


def test_it_is_taken_away_even_before_it_was_played(visit, cast, saturday):
    chloe = visit(cast.chloe)
    url = chloe.post("/admin/chiffres/et-si", data=asked()).headers["Location"]
    assert chloe.post(f"{url}/suppression").status_code == 303
    run_jobs()
    assert chloe.get(url).status_code == 404
    facts = db.session.scalars(sa.select(AuditEntry.fact).where(AuditEntry.subject_kind == "FloorTrial")).all()
    assert facts == ["booking.floor_tried", "booking.floor_trial_deleted"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"name": ""}, 422), ({"added-0-count": ""}, 422), ({"added-0-max_covers": "0"}, 422),
        ({"added-0-min_covers": "4"}, 422), ({"added-0-area": "lune"}, 422), ({"added-0-count": "51"}, 422),
        ({"name": "x\x00"}, 422),
        ({"added-0-count": "", "added-0-min_covers": "", "added-0-max_covers": ""}, 409),
        ({"added-0-count": "", "added-0-min_covers": "", "added-0-max_covers": "", "removed": "inconnue"}, 409),
    ],
)  # fmt: skip
def test_a_floor_that_makes_no_sense_is_refused(visit, cast, saturday, wrong, status):
    answer = visit(cast.chloe).post("/admin/chiffres/et-si", data=asked(**wrong))
    assert answer.status_code == status
    assert not db.session.scalars(sa.select(FloorTrial)).all()


def test_a_house_without_any_table_is_refused(visit, cast, saturday):
    every = [id_.hex for id_ in db.session.scalars(sa.select(Table.id))]
    answer = visit(cast.chloe).post("/admin/chiffres/et-si", data={"name": "Vide", "removed": every})
    assert answer.status_code == 409
    assert "Il ne resterait aucune table." in answer.get_data(as_text=True)


@pytest.mark.parametrize("stranger", ["bruno", "diane"])
def test_only_those_who_manage_try_a_floor(visit, cast, saturday, stranger):
    url = visit(cast.chloe).post("/admin/chiffres/et-si", data=asked()).headers["Location"]
    visitor = visit(getattr(cast, stranger))
    for path in ("/admin/chiffres/et-si", "/admin/chiffres/et-si/nouveau", url, f"{url}/_avancement"):
        assert visitor.get(path).status_code == 403
    assert visitor.post("/admin/chiffres/et-si", data=asked()).status_code == 403
    assert visitor.post(f"{url}/suppression").status_code == 403


def test_a_manager_of_another_house_sees_nothing_of_it(visit, cast, saturday):
    url = visit(cast.chloe).post("/admin/chiffres/et-si", data=asked()).headers["Location"]
    elsewhere = visit(make_user("Zoé", "manager", scope=Scope("establishment", str(make_establishment().id))))
    assert elsewhere.get(url).status_code == 403
    assert elsewhere.post(f"{url}/suppression").status_code == 403
    assert trial_of().state is TrialState.WAITING


def test_an_auditor_reads_and_tries_nothing(visit, cast, saturday):
    url = visit(cast.chloe).post("/admin/chiffres/et-si", data=asked()).headers["Location"]
    auditor = visit(make_user("Lise", "auditor"))
    page = auditor.see(url)
    assert not page.has(f'form[action="{url}/suppression"]')
    assert auditor.post("/admin/chiffres/et-si", data=asked()).status_code == 403


def test_ninety_busy_days_are_played_within_seconds(house, at, cast):
    at("2026-03-10 11:00")
    known = house_of(house)
    began, worked = clock.now(), time_worked()
    for offset in range(90):
        asks = [Ask(began + timedelta(seconds=n), time(19 + n % 3), 1 + n % 5) for n in range(60)]
        play(known.opening, known.room, date(2026, 3, 14) - timedelta(days=offset), asks)
    assert time_worked() - worked < 10  # of this thread's own work, whatever else the machine does


def test_another_house_is_played_with_its_own_demand(visit, cast, saturday):
    open_house(slug="autre-rive", name="L’Autre Rive")
    visit(cast.chloe).post("/admin/chiffres/et-si", data=asked())
    run_jobs()
    assert trial_of().result["before"]["covers"] == 4

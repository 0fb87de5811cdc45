"""The settings pages of shifts, closures and exceptional days: changed, refused as typed, checked for promises."""

import pytest
import sqlalchemy as sa

from app.booking.models import Closure, ExceptionalDay, Shift
from app.kernel.db import db
from tests.booking.houses import promise
from tests.booking.settings_pages import ROOT, house_now, one


@pytest.fixture
def manager(visit, cast, house):
    return visit(cast.chloe)


# --- shifts ---------------------------------------------------------------------------------------------------

SUPPER = {
    "name": "Souper", "weekdays": ["5", "6"], "first": "22 h 30", "last": "1:00", "pacing_covers": "12",
    "pacing_reservations": "", "bands-0-up_to": "2", "bands-0-minutes": "60", "longest": "90",
}  # fmt: skip


def test_a_shift_past_midnight_is_added_and_said_in_words(manager):
    page = manager.see(f"{ROOT}/services/nouveau").submit("#edit-form", **SUPPER)
    assert "de 22 h 30 à 1 h, après minuit" in page.text
    shift = one(Shift, name="Souper")
    assert (shift.weekdays, shift.pacing_covers, shift.pacing_reservations) == ([5, 6], 12, None)
    assert shift.durations == [{"up_to": 2, "minutes": 60}, {"up_to": None, "minutes": 90}]


def test_a_shift_is_changed_and_taken_away(manager, house):
    lunch = one(Shift, name="Déjeuner").id
    manager.see(f"{ROOT}/services/{lunch}").submit("#edit-form", last="14:00", weekdays=["3"])
    assert (one(Shift, id=lunch).weekdays, one(Shift, id=lunch).last.hour) == ([3], 14)
    manager.see(f"{ROOT}/services/{lunch}").submit("#removal")
    assert [shift.name for shift in house_now(house).opening.shifts] == ["Dîner"]


def test_a_wrong_shift_keeps_what_was_typed(manager):
    page = manager.see(f"{ROOT}/services/nouveau").submit(
        "#edit-form", **{**SUPPER, "name": "", "weekdays": [], "first": "midi", "bands-0-minutes": "50", "longest": ""}
    )
    assert page.status == 422
    typed = page.fields("#edit-form")
    assert (typed["first"], typed["bands-0-minutes"], typed["pacing_covers"]) == ("midi", "50", "12")
    for place in ("name", "weekdays", "first", "bands-0-minutes", "longest"):
        assert page.has(f"#{place}-error"), place


def test_shifts_do_not_overlap(manager):
    page = manager.see(f"{ROOT}/services/nouveau").submit("#edit-form", **{**SUPPER, "first": "21:00"})
    assert (page.status, "chevauche « Dîner »" in page.text) == (409, True)


def test_hours_that_leave_a_promise_aside_are_listed(manager, house):
    made = promise(house)
    dinner = one(Shift, name="Dîner")
    page = manager.see(f"{ROOT}/services/{dinner.id}").submit("#edit-form", first="20:00")
    assert (page.status, f"{made.reference} : cet horaire n’est plus proposé" in page.text) == (409, True)
    assert page.fields("#edit-form")["first"] == "20:00"
    page = manager.see(f"{ROOT}/services/{dinner.id}").submit("#removal")
    assert (page.status, made.reference in page.text) == (409, True)
    assert one(Shift, name="Dîner").first.hour == 19


# --- closures and exceptional days ----------------------------------------------------------------------------


def test_a_closure_is_added_changed_and_taken_away(manager, house):
    page = manager.see(f"{ROOT}/fermetures/nouvelle").submit("#edit-form", first="2026-05-01", reason="Fête du travail")
    assert "vendredi 1 mai 2026" in page.text.replace("1er", "1")
    made = one(Closure, reason="Fête du travail")
    assert made.last_day == made.first_day
    manager.see(f"{ROOT}/fermetures/{made.id}").submit("#edit-form", last="2026-05-03")
    assert one(Closure, id=made.id).last_day.day == 3
    manager.see(f"{ROOT}/fermetures/{made.id}").submit("#removal")
    assert len(house_now(house).opening.closures) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"first": ""}, "nécessaire"),
        ({"first": "2026-02-30"}, "n’existe pas"),
        ({"first": "1er mai"}, "sous la forme"),
        ({"last": "2026-04-30"}, "précède son début"),
    ],
)
def test_a_wrong_closure_keeps_what_was_typed(manager, typed, words):
    page = manager.see(f"{ROOT}/fermetures/nouvelle").submit("#edit-form", **{"first": "2026-05-01", **typed})
    assert (page.status, words in page.text) == (422, True)
    assert set(typed.values()) <= set(page.fields("#edit-form").values())


def test_a_closure_over_a_promise_lists_it(manager, house):
    made = promise(house)
    page = manager.see(f"{ROOT}/fermetures/nouvelle").submit("#edit-form", first="2026-03-14", reason="Travaux")
    assert (page.status, made.reference in page.text, "Travaux" in page.text) == (409, True, True)
    page.submit("#edit-form", button="force=1")
    assert one(Closure, reason="Travaux")


def test_an_exceptional_day_is_added_changed_and_taken_away(manager, house):
    page = manager.see(f"{ROOT}/fermetures/jours-particuliers/nouveau").submit(
        "#edit-form",
        **{
            "date": "2026-04-13",
            "shifts-0-name": "Brunch",
            "shifts-0-first": "11:00",
            "shifts-0-last": "14h",
            "shifts-0-durations": "4:105, 2 : 90 ; 120",
        },
    )
    assert "Brunch, de 11 h à 14 h" in page.text
    day = one(ExceptionalDay)
    manager.see(f"{ROOT}/fermetures/jours-particuliers/{day.id}").submit("#edit-form", **{"shifts-0-last": "15:00"})
    brunch = house_now(house).opening.exceptional_days[0].shifts[0]
    assert brunch.last.hour == 15
    assert [(band.up_to, band.minutes) for band in brunch.durations] == [(2, 90), (4, 105), (None, 120)]
    manager.see(f"{ROOT}/fermetures/jours-particuliers/{day.id}").submit(
        "#edit-form",
        **{
            "shifts-0-name": "",
            "shifts-0-first": "",
            "shifts-0-last": "",
            "shifts-0-durations": "",
        },
    )
    assert house_now(house).opening.exceptional_days[0].shifts == ()
    manager.see(f"{ROOT}/fermetures/jours-particuliers/{day.id}").submit("#removal")
    assert house_now(house).opening.exceptional_days == ()


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"shifts-0-first": ""}, 422, "nécessaire"),
        ({"shifts-0-last": "14:10"}, 422, "quart d’heure"),
        ({"shifts-0-durations": "2 : 90"}, 422, "par taille"),
        ({"shifts-0-durations": "2 : 90, 2 : 105, 120"}, 422, "par taille"),
        ({"shifts-0-durations": "longtemps"}, 422, "par taille"),
        ({"shifts-0-durations": "100"}, 422, "multiple de 15"),
        ({"date": "2026-04-08"}, 409, "tombe dans une fermeture"),
    ],
)
def test_a_wrong_exceptional_day_keeps_what_was_typed(manager, typed, status, words):
    right = {"date": "2026-04-13", "shifts-0-name": "Brunch", "shifts-0-first": "11:00", "shifts-0-last": "14:00"}
    page = manager.see(f"{ROOT}/fermetures/jours-particuliers/nouveau").submit("#edit-form", **{**right, **typed})
    assert (page.status, words in page.text) == (status, True)
    assert page.fields("#edit-form")["shifts-0-name"] == "Brunch"
    assert db.session.scalars(sa.select(ExceptionalDay)).all() == []


def test_a_closure_spares_days_that_have_their_own_hours(manager):
    manager.see(f"{ROOT}/fermetures/jours-particuliers/nouveau").submit("#edit-form", date="2026-04-13")
    page = manager.see(f"{ROOT}/fermetures/nouvelle").submit("#edit-form", first="2026-04-12", last="2026-04-14")
    assert (page.status, "ses propres horaires" in page.text) == (409, True)

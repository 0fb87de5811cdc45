"""An evening with its own hours, pace, title and text, and the whole of it in the file of the house."""

import json
from datetime import date

import pytest

from app.booking.exchange import dump, parse
from app.booking.models import ExceptionalDay, Table
from app.booking.service.room import apply_establishment_file, establishment_file
from app.kernel.db import transaction
from tests.booking.houses import SATURDAY, SMALL, TESTS, open_house, promise
from tests.booking.settings_pages import ROOT, house_now, one

PATH = f"{ROOT}/fermetures/jours-particuliers"
VALENTINE = {
    "date": SATURDAY, "title": "Saint-Valentin", "title_en": "Valentine’s Day",
    "text": "Un menu pour deux.\nLe champagne est offert.", "text_en": "",
    "shifts": [{"name": "Soirée", "first": "19:00", "last": "20:30", "pacing_covers": 6, "online_covers": 4,
                "durations": [{"up_to": None, "minutes": 180}]}],
}  # fmt: skip
LIMITED = {
    "room": {**SMALL["room"], "tables": [{**table, "kept": table["id"] == "4"} for table in SMALL["room"]["tables"]]},
    "shifts": [SMALL["shifts"][0], {**SMALL["shifts"][1], "online_covers": 12}],
    "exceptional": [VALENTINE],
    "close_outs": [
        {"from": "2026-03-20", "to": None, "weekdays": [5], "since": "19:00", "until": "20:00", "reason": "Marché"},
        {"from": "2026-03-21", "to": "2026-03-22", "tables": ["1", "2"], "reason": ""},
        {"from": "2026-04-01", "to": "2026-04-01", "area": "salle", "reason": "Peinture"},
    ],
}


def test_the_public_page_says_what_the_evening_is(visit, app):
    open_house(exceptional=[VALENTINE])
    page = visit().see(f"/reserver?date={SATURDAY}&covers=2")
    assert all(words in page.text for words in ("Saint-Valentin", "Un menu pour deux.", "Le champagne est offert."))
    assert "Soirée" in page.text
    reader = visit()
    reader.post("/langue", data={"language": "en"})
    english = reader.see(f"/reserver?date={SATURDAY}&covers=2")
    assert all(words in english.text for words in ("Valentine’s Day", "Un menu pour deux."))
    assert "Saint-Valentin" not in visit().see("/reserver?date=2026-03-17&covers=2").text


def test_its_words_are_typed_and_cannot_carry_markup(visit, cast, house):
    manager = visit(cast.chloe)
    typed = {"title": "<b>Fête</b>", "text": "Ligne une\r\nLigne deux", "shifts-0-name": "Dîner"}
    hours = {"shifts-0-first": "19:00", "shifts-0-last": "21:00", "shifts-0-online_covers": "2"}
    page = manager.see(f"{PATH}/nouveau").submit("#edit-form", date=SATURDAY, **typed, **hours)
    assert "<b>Fête</b> · Dîner" in page.text
    day = house_now(house).opening.exceptional_days[0]
    assert (day.occasion.title, day.occasion.text) == ("<b>Fête</b>", "Ligne une\nLigne deux")
    assert day.shifts[0].online_covers == 2
    assert not visit().see(f"/reserver?date={SATURDAY}&covers=2").has(".notice b")
    page = manager.see(f"{PATH}/{one(ExceptionalDay).id}").submit("#edit-form", title="x" * 81)
    assert (page.status, "80 caractères au plus" in page.text) == (422, True)


def test_the_file_carries_every_limit_there_and_back(app):
    house = open_house(**LIMITED)
    written = dump(establishment_file(house))
    with transaction():
        again = apply_establishment_file(parse(written), actor=TESTS)
    assert dump(establishment_file(again)) == written
    read = json.loads(written)
    assert read["close_outs"] == LIMITED["close_outs"]
    assert [table["id"] for table in read["room"]["tables"] if table.get("kept")] == ["4"]
    assert read["exceptional"][0]["title_en"] == "Valentine’s Day"
    assert read["shifts"][1]["online_covers"] == 12


def test_a_file_from_before_takes_the_limits_away(app):
    open_house(**LIMITED)
    house = open_house()
    assert house_now(house).opening.close_outs == ()
    assert not house_now(house).kept
    assert one(Table, code="4").is_kept is False
    assert "kept" not in dump(establishment_file(house))


def test_an_area_that_goes_takes_its_closing_with_it(app):
    two = {**SMALL["room"], "areas": ["salle", "terrasse"]}
    open_house(room=two, close_outs=[{"from": SATURDAY, "to": SATURDAY, "area": "terrasse", "reason": ""}])
    house = open_house()
    assert house_now(house).opening.close_outs == ()


@pytest.mark.parametrize("day", ["2026-03-14", "2026-03-15"])
def test_an_evening_has_its_own_pace_and_stays(app, day):
    house = house_now(open_house(exceptional=[VALENTINE]))
    shifts = {each.date: each.shifts[0] for each in house.opening.exceptional_days}
    found = shifts.get(date.fromisoformat(day))
    assert (found.pacing_covers, found.durations[0].minutes) == (6, 180) if day == SATURDAY else found is None


def test_the_calendar_names_the_evening_with_or_without_guests(visit, cast, app):
    house = open_house(exceptional=[VALENTINE])
    address = f"/admin/calendrier?vue=mois&date={SATURDAY}"
    assert "Saint-Valentin" in visit(cast.diane).see(address).text
    promise(house)
    assert "Saint-Valentin" in visit(cast.diane).see(address).text
    assert "Saint-Valentin" not in visit(cast.diane).see("/admin/calendrier?vue=mois&date=2026-04-10").text

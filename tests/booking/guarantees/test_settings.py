"""A manager sets when the house asks for guarantees, and reads each rule in words."""

import pytest
import sqlalchemy as sa

from app.booking.guarantees.wordings import rule_in_words
from app.booking.models import GuaranteeKind, GuaranteeRule, GuaranteeWho, Shift
from app.kernel.db import db
from app.payments.models import Purpose
from tests.booking.guarantees.test_terms import rule
from tests.harness.markup import read

SETTINGS = "/admin/reglages"
ROOT = f"{SETTINGS}/garanties"
TYPED = {
    "covers_from": "8", "covers_to": "", "weekdays": ["5", "6"], "shifts": ["Dîner"], "who": "anybody",
    "basis": "per_cover", "amount": "10", "word": "pledge", "free_hours": "48", "kept_percent": "100",
}  # fmt: skip
WORDS = (
    "Groupes de 8 et plus, le vendredi et le samedi, service Dîner : 10,00 € par couvert, arrhes, rendus jusqu’à 2 jours "
    "avant, ensuite gardés"
)


def rules() -> list[GuaranteeRule]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(GuaranteeRule).order_by(GuaranteeRule.position)))


def words(page) -> str:
    return page.text.replace("\xa0", " ")


def test_a_rule_is_added_and_read_in_words(visit, cast, house):
    chloe = visit(cast.chloe)
    assert chloe.post(ROOT, data=TYPED).status_code == 303
    page = chloe.see(ROOT)
    assert WORDS in words(page)
    assert "les règles dorment" in words(page)


def test_it_is_read_in_words_before_it_is_saved(visit, cast, house):
    answer = visit(cast.chloe).post(ROOT, data={**TYPED, "preview": "1"})
    assert "Groupes de 8 et plus" in answer.get_data(as_text=True)
    assert rules() == []


def test_it_is_changed_moved_up_and_taken_away(visit, cast, house):
    chloe = visit(cast.chloe)
    chloe.post(ROOT, data=TYPED)
    chloe.post(ROOT, data={**TYPED, "amount": "20,50", "basis": "imprint"})
    first, second = rules()
    chloe.post(f"{ROOT}/{second.id}/plus-tot")
    assert [each.amount for each in rules()] == [2050, 1000]
    chloe.post(f"{ROOT}/{first.id}", data={**TYPED, "covers_to": "9"})
    assert rules()[1].covers_to == 9
    chloe.post(f"{ROOT}/{second.id}/suppression")
    assert [(each.position, each.covers_to) for each in rules()] == [(1, 9)]


@pytest.fixture
def opened(visit, cast, house):
    """A rule, as two managers have it open."""
    visit(cast.chloe).post(ROOT, data=TYPED)
    (standing,) = rules()
    url = f"{ROOT}/{standing.id}"
    page = visit(cast.chloe).see(url)
    return url, {**TYPED, "edition": page.first("[name=edition]")["value"]}


def test_who_saves_second_reads_both_texts_and_nothing_is_lost(visit, cast, opened):
    url, typed = opened
    assert visit(cast.chloe).post(url, data={**typed, "amount": "20", "weekdays": ["5"]}).status_code == 303
    answer = visit(cast.chloe).post(url, data={**typed, "amount": "30"})
    page = read(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "Quelqu’un a enregistré autre chose" in page.text
    assert [row.text for row in page.all(".versions h2")] == ["Jours", "Montant en euros"]
    assert [each.text for each in page.all(".versions dd")] == ["vendredi", "vendredi, samedi", "20,00", "30,00"]
    assert page.first("[name=amount]")["value"] == "30"
    assert [each.amount for each in rules()] == [2000]
    again = {**typed, "amount": "30", "edition": page.first("[name=edition]")["value"]}
    assert visit(cast.chloe).post(url, data=again).status_code == 303
    assert [each.amount for each in rules()] == [3000]


def test_a_mistake_and_a_preview_keep_the_edition_they_came_with(visit, cast, opened):
    url, typed = opened
    visit(cast.chloe).post(url, data={**typed, "amount": "20"})
    for more in ({"amount": ""}, {"preview": "1"}):
        page = read(visit(cast.chloe).post(url, data={**typed, **more}).get_data(as_text=True))
        assert page.first("[name=edition]")["value"] == typed["edition"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0"}, {"amount": "-1"}, {"amount": "1e9"}, {"amount": ""}, {"covers_from": "0"},
        {"covers_from": "9", "covers_to": "8"}, {"kept_percent": "101"}, {"word": "charge"}, {"basis": "gold"},
        {"free_hours": "99999"}, {"shifts": ["Dîner", "Souper"]}, {"who": "you"},
    ],
)  # fmt: skip
def test_it_refuses_what_makes_no_sense(visit, cast, house, wrong):
    assert visit(cast.chloe).post(ROOT, data={**TYPED, **wrong}).status_code in (409, 422)
    assert rules() == []


DAYS = f"{SETTINGS}/fermetures/jours-particuliers"
FEAST = {"date": "2026-05-02", "shifts-0-name": "Banquet", "shifts-0-first": "20:00", "shifts-0-last": "21:00"}


def shift_page(name) -> str:
    return f"{SETTINGS}/services/{db.session.scalars(sa.select(Shift.id).where(Shift.name == name)).one()}"


def test_a_rule_follows_a_shift_that_is_renamed(visit, cast, house):
    chloe = visit(cast.chloe)
    chloe.post(ROOT, data=TYPED)
    chloe.see(shift_page("Dîner")).submit("#edit-form", name="Souper")
    assert [each.shifts for each in rules()] == [["Souper"]]
    said = chloe.see(ROOT)
    assert "service Souper" in said.text
    assert "ne s’appelle" not in said.text


def test_a_rule_keeps_the_name_that_another_shift_still_bears(visit, cast, house):
    chloe = visit(cast.chloe)
    chloe.post(ROOT, data=TYPED)
    late = {"name": "Dîner", "weekdays": ["1"], "first": "19:00", "last": "21:00"}
    chloe.see(f"{SETTINGS}/services/nouveau").submit("#edit-form", **late)
    first, _second = db.session.scalars(sa.select(Shift.id).where(Shift.name == "Dîner").order_by(Shift.position))
    chloe.see(f"{SETTINGS}/services/{first}").submit("#edit-form", name="Grand dîner")
    assert [each.shifts for each in rules()] == [["Dîner", "Grand dîner"]]


def test_a_rule_follows_the_evening_that_is_renamed(visit, cast, house):
    chloe = visit(cast.chloe)
    chloe.see(f"{DAYS}/nouveau").submit("#edit-form", **FEAST)
    chloe.post(ROOT, data={**TYPED, "shifts": ["Banquet"]})
    day = db.session.scalars(sa.select(Shift.exceptional_day_id).where(Shift.name == "Banquet")).one()
    chloe.see(f"{DAYS}/{day}").submit("#edit-form", **{"shifts-0-name": "Festin"})
    assert [each.shifts for each in rules()] == [["Festin"]]


def typed_in(page):
    """What stands in the fields of a settings page; the token of its form bears the second it was made in."""
    return {name: value for name, value in page.fields("#edit-form").items() if name != "csrf_token"}


def test_a_shift_that_a_rule_names_is_not_taken_away(visit, cast, house):
    chloe = visit(cast.chloe)
    chloe.post(ROOT, data=TYPED)
    page = chloe.see(shift_page("Dîner")).submit("#removal")
    assert (page.status, "La règle de garantie 1 nomme le service « Dîner »" in words(page)) == (409, True)
    assert page.has(f"#removal .notice a[href='{ROOT}/{rules()[0].id}']")
    fresh = chloe.see(shift_page("Dîner"))
    assert typed_in(page) == typed_in(fresh)
    chloe.post(f"{ROOT}/{rules()[0].id}", data={**TYPED, "shifts": ["Déjeuner"]})
    assert chloe.see(shift_page("Dîner")).submit("#removal").status == 200


def test_an_evening_that_a_rule_names_is_not_taken_away_either(visit, cast, house):
    chloe = visit(cast.chloe)
    chloe.see(f"{DAYS}/nouveau").submit("#edit-form", **FEAST)
    chloe.post(ROOT, data={**TYPED, "shifts": ["Banquet"]})
    day = db.session.scalars(sa.select(Shift.exceptional_day_id).where(Shift.name == "Banquet")).one()
    fresh = chloe.see(f"{DAYS}/{day}")
    page = fresh.submit("#removal")
    assert (page.status, "nomme le service « Banquet »" in words(page)) == (409, True)
    assert typed_in(page) == typed_in(fresh)


def test_a_rule_whose_evening_has_passed_is_said_to_ask_nobody(visit, cast, house, at):
    chloe = visit(cast.chloe)
    chloe.see(f"{DAYS}/nouveau").submit("#edit-form", **FEAST)
    chloe.post(ROOT, data={**TYPED, "shifts": ["Banquet"]})
    assert "n’est demandée à personne" not in words(chloe.see(ROOT))
    at("2026-05-03 10:00")
    chloe = visit(cast.chloe)
    assert "ne s’appelle Banquet : cette règle n’est demandée à personne" in words(chloe.see(ROOT))
    page = chloe.see(f"{ROOT}/{rules()[0].id}")
    assert "Banquet (n’existe plus)" in page.text
    assert page.submit("#edit-form").status == 200
    assert [each.shifts for each in rules()] == [["Banquet"]]


def test_the_waiter_sets_nothing(visit, cast, house):
    assert visit(cast.bruno).post(ROOT, data=TYPED).status_code == 403


@pytest.mark.parametrize(
    ("changed", "purpose", "said"),
    [
        ({"covers_from": 1}, Purpose.PLEDGE, "Toutes les tables, service Dîner : 10,00 € par couvert, arrhes"),
        ({"covers_to": 8}, Purpose.DEPOSIT, "Tables de 6 à 8 couverts, service Dîner : 10,00 € par couvert, acompte"),
        ({"shifts": ["Déjeuner", "Brunch", "Dîner"]}, Purpose.PLEDGE, "services Déjeuner, Brunch et Dîner : 10,00 €"),
        ({"kept_percent": 50}, Purpose.PLEDGE, "ensuite gardés à 50 %"),
        ({"kept_percent": 0}, Purpose.PLEDGE, "toujours rendus"),
        ({"free_hours": 0}, Purpose.PLEDGE, "rendus jusqu’à l’heure du repas"),
        ({"who": GuaranteeWho.FIRST_VISIT}, Purpose.PLEDGE, "première visite"),
        ({"is_for_occasions": True}, Purpose.PLEDGE, "soirées annoncées seulement"),
        ({"basis": GuaranteeKind.IMPRINT}, Purpose.IMPRINT, "empreinte de carte, 10,00 € par couvert au plus"),
    ],
)
def test_every_rule_has_its_words(app, changed, purpose, said):
    with app.test_request_context():
        assert said in rule_in_words(rule(**changed), purpose).replace("\xa0", " ").replace("\u202f", " ")

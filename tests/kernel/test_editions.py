"""Two who save the same thing at once: the second sees both texts, loses nothing, and may save all the same."""

import time

import pytest

from app.kernel import settings
from app.kernel.db import db, transaction
from app.kernel.editions import Overtaken, edition_of, refuse_overtaken
from app.kernel.limits import WRITE_LIMIT
from app.notifications.wordings.queries import kept_texts
from tests.booking.houses import open_house
from tests.harness.databases import on_both

LETTER = "/admin/reglages/courriers/booking.confirmed/fr"
SECURITY = "/admin/reglages/securite"
SAID = "Quelqu’un a enregistré autre chose"


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def chloe(visit, cast, house):
    return visit(cast.chloe)


@pytest.fixture
def anne(visit, cast, house):
    return visit(cast.admin)


def words(house):
    db.session.rollback()
    db.session.expire_all()
    return kept_texts("booking.confirmed", "fr", house.id)


def field(page, name, form="form.form"):
    return page.fields(form)[name]


# --- the words of a letter --------------------------------------------------------------------------------------


@on_both
def test_the_second_is_shown_both_and_loses_nothing(chloe, anne, house):
    opened = anne.see(LETTER)
    chloe.see(LETTER).submit("#wording-form", subject="Table gardée, {prenom}", opening="Cher {prenom}")
    page = opened.submit("#wording-form", subject="À bientôt, {prenom}", opening="Bonjour {prenom}")
    assert page.status == 409
    assert SAID in page.text
    assert "Table gardée, {prenom}" in page.first(".notice").text
    assert field(page, "subject", "#wording-form") == "À bientôt, {prenom}"
    assert words(house).subject == "Table gardée, {prenom}"


def test_the_same_button_then_saves_all_the_same(chloe, anne, house):
    opened = anne.see(LETTER)
    chloe.see(LETTER).submit("#wording-form", subject="Table gardée")
    page = opened.submit("#wording-form", subject="À bientôt")
    assert "Enregistrer quand même" in page.text
    page = page.submit("#wording-form")
    assert page.status == 200
    assert words(house).subject == "À bientôt"


def test_a_third_who_saves_meanwhile_is_shown_as_well(chloe, anne, house):
    opened = anne.see(LETTER)
    chloe.see(LETTER).submit("#wording-form", subject="Table gardée")
    refused = opened.submit("#wording-form", subject="À bientôt")
    chloe.see(LETTER).submit("#wording-form", subject="C’est noté")
    page = refused.submit("#wording-form")
    assert page.status == 409
    assert "C’est noté" in page.first(".notice").text


def test_a_page_that_came_back_for_a_mistake_keeps_what_it_was_opened_on(chloe, anne, house):
    wrong = anne.see(LETTER).submit("#wording-form", subject="{inconnue}")
    assert wrong.status == 422
    chloe.see(LETTER).submit("#wording-form", subject="Table gardée")
    assert wrong.submit("#wording-form", subject="À bientôt").status == 409


def test_an_original_put_back_meanwhile_is_newer_too(chloe, anne, house):
    chloe.see(LETTER).submit("#wording-form", subject="Table gardée")
    opened = anne.see(LETTER)
    chloe.post(f"{LETTER}/origine")
    assert opened.submit("#wording-form", subject="À bientôt").status == 409
    assert words(house) is None


def test_who_typed_the_same_is_told_of_nothing(chloe, anne, house):
    opened = anne.see(LETTER)
    chloe.see(LETTER).submit("#wording-form", subject="Table gardée")
    assert opened.submit("#wording-form", subject="Table gardée").status == 200


# --- settings ---------------------------------------------------------------------------------------------------


def test_a_setting_changed_meanwhile_is_not_undone(chloe, anne, house):
    opened = anne.see(SECURITY)
    chloe.see(SECURITY).submit("form.form", **{WRITE_LIMIT.code: "31"})
    page = opened.submit("form.form", **{WRITE_LIMIT.code: "32"})
    assert page.status == 409
    assert field(page, WRITE_LIMIT.code) == "32"
    assert "31" in page.first(".notice").text
    settings.forget_kept()
    assert WRITE_LIMIT.value() == 31
    assert page.submit("form.form").status == 200
    settings.forget_kept()
    assert WRITE_LIMIT.value() == 32


SETTLED = [
    ("etablissement", "city", "Blois", "Tours"),
    ("service-en-salle", "pause", "30", "120"),
    ("regles", "max_covers_online", "5", "9"),
    ("regles", "bands-0-minutes", "75", "105"),
    ("sur-votre-site", "sites", "https://a.example", "https://b.example"),
    ("liste-attente", "most_entries", "12", "24"),
    ("paiements", "pay_minutes", "10", "12"),
    ("factures", "capital", "1000", "2500,5"),
]


@pytest.mark.parametrize(("page", "name", "theirs", "mine"), SETTLED)
def test_what_a_house_settled_meanwhile_is_not_undone(chloe, anne, house, page, name, theirs, mine):
    url = f"/admin/reglages/{page}"
    opened = anne.see(url)
    assert chloe.see(url).submit("form.form", **{name: theirs}).status == 200
    refused = opened.submit("form.form", **{name: mine})
    assert refused.status == 409
    assert len(refused.all(".versions li")) == 1
    assert field(refused, name) == mine
    assert field(anne.see(url), name).startswith(theirs)
    assert refused.submit("form.form").status == 200
    assert field(anne.see(url), name).startswith(mine)


@pytest.fixture
def another_process(house):
    """Call it before a request: the process that answers knows what was settled when the test began, and no more."""
    WRITE_LIMIT.value()
    kept = dict(settings._cache["values"])

    def answers():
        settings._cache.update(values=kept, read_at=time.monotonic())

    return answers


@pytest.mark.parametrize(("page", "name", "theirs", "mine"), SETTLED)
def test_what_one_has_just_saved_is_read_back_from_any_process(chloe, another_process, page, name, theirs, mine):
    url = f"/admin/reglages/{page}"
    assert chloe.see(url).submit("form.form", **{name: theirs}).status == 200
    another_process()
    assert field(chloe.see(url), name).startswith(theirs)


@pytest.mark.parametrize(("page", "name", "theirs", "mine"), SETTLED)
def test_what_another_process_settled_is_not_undone(chloe, anne, another_process, page, name, theirs, mine):
    url = f"/admin/reglages/{page}"
    opened = anne.see(url)
    assert chloe.see(url).submit("form.form", **{name: theirs}).status == 200
    another_process()
    assert opened.submit("form.form", **{name: mine}).status == 409


def test_a_form_that_says_no_edition_is_not_held_back(chloe, house):
    typed = {
        setting.code: str(setting.value()) for setting in settings.settings().values() if setting.page == "security"
    }
    assert chloe.post(SECURITY, data={**typed, WRITE_LIMIT.code: "33"}).status_code == 303
    settings.forget_kept()
    assert WRITE_LIMIT.value() == 33


# --- the mechanism ----------------------------------------------------------------------------------------------


def test_an_edition_stands_for_the_texts_and_for_no_others():
    assert edition_of({"a": "1", "b": "2"}) == edition_of({"b": "2", "a": "1"})
    assert edition_of({"a": "1", "b": ""}) != edition_of({"a": "", "b": "1"})
    assert edition_of({"a": "é"}) != edition_of({"a": "e"})


@pytest.mark.parametrize("edition", ["0" * 32, "\ufffd", "<script>"])
def test_a_forged_edition_is_one_of_something_else(app, edition):
    with (
        app.test_request_context(method="POST", data={"edition": edition}),
        transaction(),
        pytest.raises(Overtaken),
    ):
        refuse_overtaken("x", lambda: {"a": "now"}, {"a": "typed"})

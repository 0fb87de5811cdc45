"""What each user prefers of the interface: their choice, their role's, the installation's; kept, shown, carried along."""

import io
import json
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import User
from app.booking.models import RefusedSearch
from app.kernel import audit, clock, settings
from app.kernel.access import ANONYMOUS, Actor
from app.kernel.db import db, transaction
from app.kernel.formats import instant, number, short_date, spoken_time
from app.kernel.preferences import DATES, DENSITY, HOURS, PAGE_ROWS, THEME, declared_preferences, fits, preferred
from tests.factories import make_establishment

OWN = "/espace/affichage"
PROPOSED = "/admin/reglages/affichage"


def html(page):
    return page.first("html")


@pytest.fixture
def diane(visit, cast):
    return visit(cast.diane)


def user(cast):
    return db.session.get_one(User, cast.diane.id, populate_existing=True)


def test_only_who_logged_in_has_some(visit, app):
    assert "/connexion" in visit().get(OWN).headers["Location"]
    assert visit().post(OWN, data={"display.theme": "dark"}).status_code == 403


def test_a_choice_is_kept_and_shown_everywhere(diane, visit, cast):
    page = diane.see(OWN).submit(
        "#preferences-form",
        **{"display.theme": "dark", "display.density": "compact", "display.text_size": "large"},
    )
    assert "L’affichage est enregistré." in page.text
    for path in (OWN, "/admin", "/"):
        root = html(diane.see(path))
        assert (root["data-theme"], root["data-density"], root["data-text"]) == ("dark", "compact", "large")
    assert html(visit(cast.diane).see("/"))["data-theme"] == "dark", "it follows to another browser"
    assert html(visit(cast.chloe).see("/"))["data-theme"] == "auto"
    assert user(cast).preferences == {
        "display.theme": "dark",
        "display.density": "compact",
        "display.text_size": "large",
    }


def test_the_fact_names_what_changed(diane, cast):
    diane.see(OWN).submit("#preferences-form", **{"display.theme": "dark"})
    entry = audit.entries_on("User", cast.diane.id)[0]
    assert (entry.fact, entry.details["names"]) == ("accounts.preferences_changed", ["display.theme"])


def test_an_unchanged_form_says_nothing(diane, cast):
    before = len(audit.entries_on("User", cast.diane.id))
    diane.see(OWN).submit("#preferences-form")
    assert len(audit.entries_on("User", cast.diane.id)) == before


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("display.theme", "pink"),
        ("display.page_rows", "1000000"),
        ("display.page_rows", "beaucoup"),
        ("display.start_page", "https://ailleurs.example"),
        ("display.start_page", "//ailleurs.example"),
    ],
)
def test_a_forged_value_is_refused_and_nothing_kept(diane, cast, code, value):
    answer = diane.post(OWN, data={"display.density": "compact", code: value})
    assert answer.status_code == 422
    assert user(cast).preferences == {}


def test_a_foreign_name_is_left_aside(diane, cast):
    diane.post(OWN, data={"limits.resets": "100000", "is_active": "0"})
    assert user(cast).preferences == {}


def test_the_language_chosen_wins_over_the_browser(diane):
    diane.see(OWN).submit("#preferences-form", **{"display.language": "en"})
    assert html(diane.see("/admin", language="fr"))["lang"] == "en"


def test_the_switches_of_every_page_keep_the_choice_on_the_account(diane, cast):
    diane.post("/langue", data={"language": "en"})
    diane.post("/apparence", data={"theme": "contrast"})
    assert user(cast).preferences == {"display.language": "en", "display.theme": "contrast"}


def test_the_start_page_opens_after_the_login(visit, cast):
    visit(cast.diane).see(OWN).submit("#preferences-form", **{"display.start_page": "/admin/reservations"})
    page = (
        visit().see("/connexion").submit("form.form", email="diane@example.org", password="un mot de passe assez long")
    )
    assert page.url.endswith("/admin/reservations")


def test_a_start_page_one_may_not_open_any_more_is_left_aside(visit, cast):
    with transaction():
        user(cast).preferences = {"display.start_page": "/admin/reglages"}
    page = (
        visit().see("/connexion").submit("form.form", email="diane@example.org", password="un mot de passe assez long")
    )
    assert page.url.endswith("/admin")


@pytest.mark.parametrize(("wanted", "shown"), [("25", 25), ("50", 50), ("100", 60)])
def test_lists_show_as_many_rows_as_wanted(visit, cast, wanted, shown):
    house = make_establishment()
    with transaction() as session:
        session.add_all(
            RefusedSearch(establishment_id=house.id, at=clock.now(), covers=2, reason="closed") for _search in range(60)
        )
    chloe = visit(cast.chloe)
    chloe.post(OWN, data={"display.page_rows": wanted})
    assert len(chloe.see("/admin/demande").all("[data-row]")) == shown


def test_a_search_finds_choices_by_their_words(diane):
    page = diane.see(f"{OWN}?q=texte")
    assert set(page.fields("#preferences-form")) == {"csrf_token", "display.text_size"}
    assert "Aucun choix ne porte ce nom." in diane.see(f"{OWN}?q=zzz").text


def test_going_back_takes_every_choice_away(diane, cast):
    diane.post(OWN, data={"display.theme": "dark", "display.density": "compact"})
    diane.see(OWN).submit("#preferences-reset")
    assert user(cast).preferences == {}


# --- what is proposed -----------------------------------------------------------------------------------------


def test_what_is_proposed_holds_for_who_chose_nothing(visit, cast, diane):
    chloe = visit(cast.chloe)
    chloe.see(PROPOSED).submit("#proposal-form", **{"display.density": "compact", "display.theme": "light"})
    chloe.see(f"{PROPOSED}?role=host").submit("#proposal-form", **{"display.theme": "contrast"})
    diane.post(OWN, data={"display.density": "comfortable"})
    root = html(diane.see("/admin"))
    assert (root["data-density"], root["data-theme"]) == ("comfortable", "contrast")
    root = html(visit(cast.bruno).see("/admin"))
    assert (root["data-density"], root["data-theme"]) == ("compact", "light")
    assert html(visit().see("/"))["data-theme"] == "light"


def test_a_proposal_is_taken_back(visit, cast, diane):
    chloe = visit(cast.chloe)
    chloe.see(f"{PROPOSED}?role=host").submit("#proposal-form", **{"display.theme": "dark"})
    chloe.see(f"{PROPOSED}?role=host").submit("#proposal-form", **{"display.theme": ""})
    assert html(diane.see("/admin"))["data-theme"] == "auto"


def test_hosts_propose_nothing(diane):
    assert diane.get(PROPOSED).status_code == 403
    assert diane.post(PROPOSED, data={"display.theme": "dark"}).status_code == 403


# --- from one account to another ------------------------------------------------------------------------------


def sent(text):
    return {"file": (io.BytesIO(text.encode()), "affichage.json")}


def test_choices_travel_in_a_file(diane, visit, cast):
    diane.post(OWN, data={"display.theme": "dark", "display.page_rows": "100"})
    written = diane.get(f"{OWN}/fichier").get_data(as_text=True)
    assert visit(cast.bruno).post(f"{OWN}/fichier", data=sent(written)).status_code == 303
    assert html(visit(cast.bruno).see("/admin"))["data-theme"] == "dark"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing", "devait être du JSON"),
        ("[]", "pas été exporté de cette page"),
        (json.dumps({"format": "autre", "preferences": {}}), "pas été exporté de cette page"),
        (json.dumps({"format": "guichet-preferences/1", "preferences": {"limits.resets": "9"}}), "n’existe pas"),
        (json.dumps({"format": "guichet-preferences/1", "preferences": {"display.theme": "pink"}}), "n’accepte pas"),
    ],
)
def test_a_wrong_file_is_told_and_changes_nothing(diane, cast, text, words):
    answer = diane.post(f"{OWN}/fichier", data=sent(text))
    assert (answer.status_code, words in answer.get_data(as_text=True)) == (422, True)
    assert user(cast).preferences == {}


# --- how things are written -----------------------------------------------------------------------------------


def who(**chosen):
    return Actor("user", "", "", preferences={f"display.{name}": value for name, value in chosen.items()})


@pytest.mark.parametrize(
    ("chosen", "dates", "moment", "hour", "figure"),
    [
        ({}, "sam.\u00a014\u00a0mars", "14\u00a0mars\u00a02026 à\u00a019:30", "19\u00a0h\u00a030", "1\u202f234,5"),
        ({"dates": "figures"}, "14/03/2026", "14/03/2026 19:30", "19\u00a0h\u00a030", "1\u202f234,5"),
        ({"hours": "24"}, "sam.\u00a014\u00a0mars", "14\u00a0mars\u00a02026 à\u00a019:30", "19:30", "1\u202f234,5"),
        (
            {"hours": "12"},
            "sam.\u00a014\u00a0mars",
            "14\u00a0mars\u00a02026 à\u00a07:30\u00a0pm",
            "7:30\u00a0pm",
            "1\u202f234,5",
        ),
        (
            {"numbers": "en"},
            "sam.\u00a014\u00a0mars",
            "14\u00a0mars\u00a02026 à\u00a019:30",
            "19\u00a0h\u00a030",
            "1,234.5",
        ),
    ],
)
def test_dates_hours_and_numbers_are_written_as_preferred(app, monkeypatch, chosen, dates, moment, hour, figure):
    monkeypatch.setattr("app.kernel.preferences.acting", lambda: who(**chosen))
    with app.test_request_context("/", headers={"Accept-Language": "fr"}):
        written = (
            short_date(date(2026, 3, 14)),
            instant(datetime(2026, 3, 14, 18, 30, tzinfo=UTC), "Europe/Paris"),
            spoken_time(time(19, 30)),
            number(1234.5),
        )
    assert written == (dates, moment, hour, figure)


@given(
    own=st.sampled_from(["", "dark", "light", "contrast", "pink"]),
    role=st.sampled_from(["", "dark", "light"]),
    everyone=st.sampled_from(["", "contrast", "light"]),
)
def test_the_most_specific_choice_that_fits_wins(own, role, everyone):
    kept = {
        **({(THEME.code, "role", "host"): role} if role else {}),
        **({(THEME.code, "installation", ""): everyone} if everyone else {}),
    }
    actor = Actor("user", "", "", roles=("host",), preferences={THEME.code: own} if own else {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "_kept", lambda: kept)
        expected = own if own in ("dark", "light", "contrast") else role or everyone or "auto"
        assert preferred(THEME, actor) == expected


def test_every_default_fits_its_own_preference(app):
    assert all(fits(declared, str(declared.default)) for declared in declared_preferences())
    assert [preferred(declared, ANONYMOUS) for declared in (DENSITY, DATES, HOURS, PAGE_ROWS)] == [
        "comfortable",
        "words",
        "auto",
        50,
    ]

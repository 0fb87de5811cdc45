"""What may be asked: words, filters, order, columns; what is wrong is told beside it and left aside."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.booking import permissions as may
from app.kernel.datasets import Column, dataset
from app.kernel.datasets.reading import read_page
from app.kernel.datasets.state import kept_arguments, read_state
from app.kernel.scopes import Scope
from app.kernel.search import normalised
from tests.harness.databases import on_both
from tests.kernel.people_dataset import PEOPLE, STAFF, add_people, some_user, state, visible_people


def names(**asked):
    return sorted(row.record.last_name for row in read_page(PEOPLE, state(**asked), STAFF).rows)


def asked(arguments, actor=STAFF):
    listed = {key: [value] if isinstance(value, str) else value for key, value in arguments.items()}
    return read_state(PEOPLE, listed, actor)


def at_hour(day, hour):
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@on_both
def test_a_choice_takes_several(app):
    add_people([{"last_name": code, "language": code} for code in ("fr", "de", "en")])
    assert names(filters={"langue": ["de", "en"]}) == ["de", "en"]
    assert asked({"langue": ["de", "en"]}).criteria[0].sentence == "Allemand ou Anglais"


@on_both
@pytest.mark.parametrize(
    ("words", "found", "sentence"),
    [
        ("aujourdhui", ["10"], "créée aujourd’hui"),
        ("demain", ["11"], "créée demain"),
        ("hier", ["9"], "créée hier"),
        ("cette-semaine", ["10", "11", "15", "9"], "créée cette semaine"),
        ("7-prochains-jours", ["10", "11", "15", "16"], "créée 7 prochains jours"),
        ("2026-03-15", ["15"], "créée dimanche 15 mars"),
        ("15/03/2026", ["15"], "créée dimanche 15 mars"),
        ("2026-03-11..2026-03-15", ["11", "15"], "créée du mer. 11 mars au dim. 15 mars"),
        ("..2026-03-09", ["9"], "créée jusqu’au lun. 9 mars"),
        ("2026-03-16..", ["16", "17"], "créée à partir du lun. 16 mars"),
    ],
)
def test_a_date_is_a_word_a_day_or_a_span(app, words, found, sentence):
    add_people([{"last_name": str(day), "created_at": at_hour(day, 11)} for day in (9, 10, 11, 15, 16, 17)])
    assert names(filters={"cree": [words]}) == found
    assert asked({"cree": words}).criteria[0].sentence.replace("\u00a0", " ") == sentence


def test_a_day_of_instants_is_that_of_the_zone(app):
    """23:30 in UTC on the 10th is the 11th in Paris."""
    add_people([{"last_name": "late", "created_at": datetime(2026, 3, 10, 23, 30, tzinfo=UTC)}])
    assert names(filters={"cree": ["2026-03-11"]}) == ["late"]
    assert names(filters={"cree": ["2026-03-10"]}) == []


def test_a_date_comes_from_a_form_as_two_fields(app):
    read = asked({"cree": "", "cree_du": "2026-03-11", "cree_au": "2026-03-15"})
    assert read.criteria[0].pairs == (("cree", "2026-03-11..2026-03-15"),)


@on_both
def test_a_number_has_bounds(app):
    add_people([{"last_name": str(size), "first_name": "x" * size} for size in (1, 2, 3)])
    assert names(filters={"longueur_min": ["2"]}) == ["2", "3"]
    assert names(filters={"longueur_max": ["2"]}) == ["1", "2"]
    sentences = {
        ("2", ""): "2 lettres et plus", ("", "2"): "2 lettres au plus",
        ("2", "2"): "2 lettres", ("1", "3"): "de 1 à 3 lettres",
    }  # fmt: skip
    for (low, high), sentence in sentences.items():
        assert asked({"longueur_min": low, "longueur_max": high}).criteria[0].sentence == sentence


@on_both
def test_a_text_is_contained_literally(app):
    add_people([{"last_name": name} for name in ("50 % fait", "500", "a_b", "axb")])
    assert names(filters={"nom": ["0 %"]}) == ["50 % fait"]
    assert names(filters={"nom": ["A_B"]}) == ["a_b"]


@on_both
def test_yes_or_no(app):
    add_people([{"last_name": "with", "phone": "1"}, {"last_name": "without"}])
    assert names(filters={"joignable": ["oui"]}) == ["with"]
    assert names(filters={"joignable": ["non"]}) == ["without"]
    assert asked({"joignable": "non"}).criteria[0].sentence == "sans téléphone"


@on_both
def test_every_word_must_be_found_without_accent_or_case(app):
    people = ["Élodie Lefèvre", "Elodie Martin", "Cœur Brisé", "100 %"]
    add_people([{"last_name": name, "email_normalised": normalised(name)} for name in people])
    assert names(search="elodie LEFEVRE") == ["Élodie Lefèvre"]
    assert names(search="ÉLODIE") == ["Elodie Martin", "Élodie Lefèvre"]
    assert names(search="lefe élo") == ["Élodie Lefèvre"]
    assert names(search="coeur") == names(search="cœur") == ["Cœur Brisé"]
    assert names(search="%") == ["100 %"]
    assert names(search="élodie absente") == []


@pytest.mark.parametrize(
    ("arguments", "key", "words"),
    [
        ({"langue": "klingon"}, "langue", "« klingon » n’est pas un choix de « Langue »."),
        ({"cree": "32/13/2026"}, "cree", "« 32/13/2026 » n’est pas une date."),
        ({"cree": "0001-01-01"}, "cree", "n’est pas une date"),
        ({"cree": "9999-12-31"}, "cree", "n’est pas une date"),
        ({"cree": "2026-02-30"}, "cree", "n’est pas une date"),
        ({"cree_du": "2026-03-12", "cree_au": "2026-03-11"}, "cree", "La fin de la période précède son début."),
        ({"longueur_min": "douze"}, "longueur", "« douze » n’est pas un nombre entier."),
        ({"longueur_min": "9" * 30}, "longueur", "n’est pas un nombre entier."),
        ({"longueur_min": "٣"}, "longueur", "n’est pas un nombre entier."),
        ({"longueur_min": "3", "longueur_max": "2"}, "longueur", "Le plus petit nombre dépasse le plus grand."),
        ({"joignable": "peut-être"}, "joignable", "n’est ni oui ni non."),
        ({"tri": "password_hash"}, "tri", "On ne peut pas trier par « password_hash »."),
        ({"tri": "complet"}, "tri", "On ne peut pas trier"),
    ],
)
def test_what_is_wrong_is_told_and_left_aside(app, arguments, key, words):
    add_people(1)
    read = asked(arguments)
    assert words in read.problems[key].replace("\u202f", " ")
    assert read.criteria == ()
    assert len(read_page(PEOPLE, read, STAFF).rows) == 1


def test_a_known_choice_stays_beside_an_unknown_one(app):
    read = asked({"langue": ["de", "klingon"]})
    assert read.problems
    assert read.criteria[0].pairs == (("langue", "de"),)


@pytest.mark.parametrize("noise", ["\x00", "a\x00b", "' OR 1=1 --", "\ufffd", "é" * 5000])
@on_both
def test_no_text_stops_the_page(app, noise):
    add_people(1)
    keys = ("q", "nom", "adresse", "langue", "cree", "longueur_min", "tri", "colonnes", "vue")
    read_page(PEOPLE, asked(dict.fromkeys(keys, noise)), STAFF)


def test_columns_keep_the_order_of_the_declaration(app):
    assert asked({"colonnes": ["tel", "nom,inconnue"]}).columns == ("nom", "tel")
    assert asked({"colonnes": "inconnue"}).columns == asked({}).columns == ("nom", "prenom", "longueur", "email")


def test_the_address_says_the_same_again(app):
    read = asked({"q": " dupont ", "langue": ["de"], "cree": "demain", "tri": "-cree,nom", "colonnes": ["nom", "tel"]})
    assert read.url("/x") == "/x?q=dupont&langue=de&cree=demain&tri=-cree%2Cnom&colonnes=nom%2Ctel"
    again = read_state(PEOPLE, kept_arguments(read.kept()), STAFF)
    assert again.url("/x") == read.url("/x")
    assert "langue" not in read.without("langue").url("/x")


def test_what_one_may_not_see_is_nowhere(app):
    """Not shown, not filtered, not sorted by: a filter tells as much as a column."""
    waiter = some_user(may.VIEW)
    read = asked({"colonnes": ["nom", "email"], "adresse": "x", "tri": "email"}, waiter)
    assert read.columns == ("nom",)
    assert read.criteria == ()
    assert [str(sort) for sort in read.sort] == ["nom", "-prenom"]
    assert asked({"adresse": "x"}, some_user(may.VIEW, may.VIEW_CONTACT)).criteria


def test_a_narrower_right_does_not_open_a_column(app):
    """Rows of two houses are seen, addresses of one: no row tells which, so the column stays shut."""
    narrow = some_user(may.VIEW)
    narrow.rights[may.VIEW_CONTACT.code] = frozenset({Scope("establishment", "1")})
    assert "email" not in asked({}, narrow).columns
    assert "email" in asked({}, some_user(may.VIEW, may.VIEW_CONTACT, scope=Scope("establishment", "1"))).columns


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": [Column("a", "A", "path", sortable=True)], "default_sort": "a"},
        {"columns": [Column("a", "A", sa.literal(1), sortable=True)], "default_sort": "b"},
        {"columns": [Column("a", "A", sa.literal(1), sortable=True)] * 2, "default_sort": "a"},
        {"columns": list(PEOPLE.columns), "default_sort": "nom", "filters": [PEOPLE.filters[0]] * 2},
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(ValueError, match=r"tests\.wrong"):
        dataset("tests.wrong", label="x", permission=may.VIEW, query=visible_people, endpoint="x", **wrong)

"""What the team knows of its guests at a glance, beside their table: on the plan, in the lists, on the timeline."""

from dataclasses import replace

import pytest

from app.accounts.service import actor_for
from app.booking.guests.permissions import VIEW_HEALTH
from app.booking.models import HealthNature, TagTone
from app.booking.queries import guests as queries
from app.booking.service import guests
from app.kernel.db import db, transaction
from app.kernel.scopes import Scope
from tests.booking.houses import SATURDAY, TESTS
from tests.harness.databases import on_both

ROOM, TIMELINE = "/admin/service", f"/admin/service/frise?date={SATURDAY}"
ALL = ["Santé : à lire", "Anniversaire", "VIP"]


@pytest.fixture
def known(reservation, at):
    """Saturday evening: Alice is a VIP, it is her birthday, and she told the house of an allergy."""
    at(f"{SATURDAY} 19:35")
    with transaction():
        vip = guests.keep_tag(None, "VIP", TagTone.WARNING, actor=TESTS)
        guests.choose_tags(reservation.guest, [vip], actor=TESTS)
        liked = guests.Preferences("", "", "", 14, 3)
        guests.keep_preferences(reservation.guest, liked, actor=TESTS)
        guests.record_health(reservation.guest, HealthNature.ALLERGY, "Arachides", consented=True, actor=TESTS)
    return reservation


def plain(text):
    return text.replace("\u202f", " ")


def marks_in(node):
    return [badge.text for badge in node.first("[role=group]").all(".badge")]


@on_both
def test_the_marks_stand_beside_the_name_on_the_room_and_the_timeline(visit, cast, known):
    diane = visit(cast.diane)
    row = diane.see(ROOM).first("ul.parties li")
    assert marks_in(row) == ALL
    line = diane.see(TIMELINE).first("[data-entry]")
    assert marks_in(line) == ALL
    assert plain(line["data-label"]).endswith(", ".join(ALL)), "what is drawn says the same words"


def test_the_plan_carries_a_sign_and_its_sentence_the_words(visit, cast, known):
    table = next(
        link for link in visit(cast.diane).see(ROOM).all("a.table-mark") if "Alice" in link.first("title").text
    )
    assert table.first(".table-sign").text == "!"
    assert table.first("title").text.endswith(", ".join(ALL))


def test_the_panel_says_them_too(visit, cast, known):
    panel = visit(cast.diane).see(f"{ROOM}/reservations/{known.id}").first("#room-panel")
    assert marks_in(panel) == ALL


def test_what_it_is_about_is_nowhere_on_the_room(visit, cast, known):
    for url in (ROOM, TIMELINE, f"{ROOM}/reservations/{known.id}"):
        assert "Arachides" not in visit(cast.diane).see(url).text


def test_a_waiter_reads_tonight_s_health_marks_and_no_other_day_s(cast, house, known):
    tonight, morrow = known.service_date, known.service_date.replace(day=15)
    bruno = actor_for(cast.bruno)

    def labels(day):
        return [plain(mark.label) for mark in queries.marks_of([known.guest_id], day, bruno, house)[known.guest_id]]

    assert labels(tonight) == ALL
    assert labels(morrow) == ["VIP"]


def test_the_right_of_another_house_shows_no_health_here(cast, house, known):
    elsewhere = frozenset({Scope("establishment", "00000000-0000-0000-0000-000000000001")})
    diane = actor_for(cast.diane)
    stranger = replace(diane, rights={**diane.rights, VIEW_HEALTH.code: elsewhere})
    found = queries.marks_of([known.guest_id], known.service_date, stranger, house)[known.guest_id]
    assert [mark.label for mark in found] == ALL[1:]


def test_all_marks_of_a_page_are_one_query(house, known, max_queries):
    db.session.commit()
    with max_queries(1):
        queries.marks_of([known.guest_id], known.service_date, TESTS, house)


def test_nobody_known_asks_nothing(house, max_queries, known):
    db.session.commit()
    with max_queries(0):
        assert not queries.marks_of([None], known.service_date, TESTS, house)

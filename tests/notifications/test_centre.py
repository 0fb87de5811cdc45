"""One's own centre: the bell, the lines, and what is done with each."""

from datetime import time

import pytest
import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db, new_id, transaction
from app.notifications import queries
from app.notifications.models import Notification
from app.notifications.queries import Shown
from tests.booking.promises import book, book_and_tell
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

CENTRE = "/espace/notifications"


@pytest.fixture
def told(house, cast, lines_of):
    """A line in Chloé's centre, about Alice's reservation."""
    book_and_tell(house)
    return lines_of(cast.chloe)[0]


def test_it_says_what_happened_and_leads_to_it(told, cast, visit):
    page = visit(cast.chloe).see(CENTRE)
    assert "Alice Durand a réservé : 4 couverts, jeudi 12 mars 2026 à 20 h 15." in page.text
    assert page.click("Alice Durand a réservé").url == f"/admin/reservations/{told.subject_id}"


def test_opening_a_line_marks_it_read(told, cast, visit, lines_of):
    visit(cast.chloe).see(CENTRE).click("Alice Durand a réservé")
    assert lines_of(cast.chloe)[0].read_at is not None


def test_the_bell_counts_what_is_unread(told, cast, visit):
    visitor = visit(cast.chloe)
    assert visitor.see("/admin").first("#bell output").text == "1"
    visitor.post(f"{CENTRE}/{told.id}/lecture")
    assert not visitor.see("/admin").has("#bell output")


def test_the_bell_is_asked_again_without_touching_what_stands_still(told, house, cast, visit):
    visitor = visit(cast.chloe)
    first = visitor.get(f"{CENTRE}/_cloche")
    headers = {"If-None-Match": first.headers["ETag"]}
    assert visitor.get(f"{CENTRE}/_cloche", headers=headers).status_code == 304
    book(house, at=time(19, 30))
    run_jobs()
    again = visitor.get(f"{CENTRE}/_cloche", headers=headers)
    assert again.status_code == 200
    assert ">2<" in again.get_data(as_text=True)


def test_strangers_are_sent_to_log_in(app, visit):
    assert "/connexion" in visit().get(CENTRE).headers["Location"]


def test_a_line_goes_back_to_unread(told, cast, visit, lines_of):
    visitor = visit(cast.chloe)
    visitor.post(f"{CENTRE}/{told.id}/lecture")
    visitor.post(f"{CENTRE}/{told.id}/lecture/retrait")
    assert lines_of(cast.chloe)[0].read_at is None


def test_all_are_read_at_once_without_javascript(told, cast, visit, lines_of):
    page = visit(cast.chloe).see(CENTRE).submit(f"form[action^='{CENTRE}/lecture']", javascript=False)
    assert "Tout est lu." in page.text
    assert "Vous avez tout lu." in page.text
    assert lines_of(cast.chloe)[0].read_at is not None
    assert lines_of(cast.diane)[0].read_at is None


def test_a_line_put_off_comes_back(told, cast, visit, at):
    visitor = visit(cast.chloe)
    visitor.post(f"{CENTRE}/{told.id}/report", data={"until": "demain"})
    assert "Vous avez tout lu." in visitor.see(CENTRE).text
    assert "revient le 11 mars 2026 à 08:00" in visitor.see(f"{CENTRE}?etat=plus-tard").text
    at("2026-03-11 08:00:30")
    assert "Alice Durand a réservé" in visit(cast.chloe).see(CENTRE).text


@pytest.mark.parametrize("until", ["", "hier", "2099-01-01"])
def test_it_is_put_off_to_offered_moments_only(told, cast, visit, until):
    assert visit(cast.chloe).post(f"{CENTRE}/{told.id}/report", data={"until": until}).status_code == 400


@pytest.mark.parametrize("act", ["lecture", "lecture/retrait", "report", "silence"])
def test_another_ones_line_cannot_be_touched(told, cast, visit, act):
    answer = visit(cast.diane).post(f"{CENTRE}/{told.id}/{act}", data={"until": "heure"})
    assert answer.status_code == 404
    assert visit(cast.diane).get(f"{CENTRE}/{told.id}").status_code == 404


def test_a_record_closed_since_shows_no_words(told, cast, visit):
    with transaction():
        cast.chloe.grants[0].scope_kind = "establishment"
        cast.chloe.grants[0].scope_id = "00000000-0000-0000-0000-000000000001"
        db.session.add(cast.chloe)
    text = visit(cast.chloe).see(CENTRE).text
    assert "Alice" not in text
    assert "ne vous est plus ouvert" in text


def test_a_forged_page_begins_again(told, cast, visit):
    answer = visit(cast.chloe).get(f"{CENTRE}?apres=forged")
    assert (answer.status_code, answer.headers["Location"].endswith(CENTRE)) == (303, True)


def test_names_of_guests_are_text(house, cast, visit):
    book(house, first_name="<b>Al</b>", last_name="<script>x</script>")
    run_jobs()
    html = visit(cast.chloe).get(CENTRE).get_data(as_text=True)
    assert "<script>x" not in html
    assert "&lt;script&gt;x" in html


# --- many -------------------------------------------------------------------------------------------------------


def add_lines(person_id, count, **values):
    now = clock.now()
    with transaction() as session:
        session.execute(
            sa.insert(Notification),
            [
                {
                    "id": new_id(), "person_id": person_id, "notice": "booking.team_received", "category": "booking",
                    "subject_kind": "Reservation", "subject_id": new_id(), "details": {}, "first_at": now,
                    "last_at": now.replace(microsecond=number % 1_000_000), "repeats": 0, **values,
                }
                for number in range(count)
            ],
        )  # fmt: skip


def test_pages_follow_each_other_without_a_gap(app, cast):
    add_lines(cast.chloe.person_id, 120)
    seen, cursor = [], ""
    for _page in range(3):
        pile = queries.notifications_of(cast.chloe.person_id, shown=Shown.ALL, cursor=cursor)
        seen += [row.id for row in pile.rows]
        cursor = pile.next or ""
    assert len(seen) == len(set(seen)) == 120
    assert cursor == ""


def test_the_page_has_its_budget_of_queries(app, cast, visit, max_queries):
    add_lines(cast.chloe.person_id, 120)
    visitor = visit(cast.chloe)
    visitor.get(CENTRE)
    with max_queries(12):
        assert visitor.get(CENTRE).status_code == 200


@pytest.mark.long
@on_both
def test_a_hundred_thousand_lines_are_read_by_their_index(app, cast, visit):
    add_lines(cast.chloe.person_id, 100_000)
    add_lines(cast.diane.person_id, 1000, read_at=clock.now())
    with transaction() as session:
        session.execute(sa.text("ANALYZE"))
    person_id = cast.chloe.person_id
    assert queries.unread_count(person_id, clock.now()) == 100
    assert _plan_of(shown=Shown.ALL, person_id=person_id) == ""
    assert _plan_of(shown=Shown.UNREAD, person_id=person_id) == ""


def _plan_of(*, shown, person_id):
    """Give what the database would do that no index allows: a whole table read, or a sort of all lines."""
    statements = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        statements.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        queries.notifications_of(person_id, shown=shown)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    ((statement, parameters),) = statements
    words = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    plan = "\n".join(
        str(tuple(row)) for row in db.session.connection().exec_driver_sql(f"{words} {statement}", parameters)
    )
    return plan if any(sign in plan for sign in ("SCAN notifications", "TEMP B-TREE", "Seq Scan", "Sort")) else ""

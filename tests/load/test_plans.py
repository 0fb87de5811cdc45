"""No query of a booking reads a large table whole: asked of each database about every statement of the whole flow."""

import json
import re
from datetime import date, timedelta
from functools import partial
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from app.booking.models import RefusedSearch, Reservation, Seating, Stay, Table
from app.booking.opening import quarter_of
from app.booking.queries import guests as queries
from app.booking.queries import house_of
from app.booking.queries.floor import who_sits_at
from app.booking.trials.queries import asks_of
from app.directory.models import Establishment, Person
from app.kernel import clock
from app.kernel.audit import AuditEntry, AuditHead
from app.kernel.db import db, new_id, transaction
from app.kernel.links import Link
from app.kernel.messages import Message
from app.kernel.outbox import JobState, OutboxRow
from tests.booking.houses import SATURDAY, open_house, typed
from tests.harness.databases import count_queries, on_both
from tests.harness.mailbox import run_jobs

pytestmark = on_both
LARGE = {
    "reservations", "seatings", "seating_cells", "arrival_counts", "service_days", "people", "audit_entries", "links",
    "outbox", "messages", "message_attempts", "funnel_counts", "refused_searches", "login_attempts", "documents", "stays",
}  # fmt: skip
ROWS = 2000
SCANNED = re.compile(r"SCAN (?:TABLE )?(\w+)(?! USING (?:COVERING )?INDEX)")


@pytest.fixture
def crowded(app):
    """Le Petit Quai with some years behind it."""
    house = open_house()
    began = clock.now() - timedelta(days=1200)
    with transaction() as session:
        people = [
            {
                "id": new_id(), "first_name": "Hôte", "last_name": str(number), "email": f"h{number}@example.org",
                "email_normalised": f"h{number}@example.org", "phone": f"+337{number:08}", "language": "fr", "created_at": began,
            }
            for number in range(ROWS)
        ]  # fmt: skip
        session.execute(sa.insert(Person), people)
        session.execute(
            sa.insert(Reservation), [_past(house, person["id"], number) for number, person in enumerate(people)]
        )
        last = session.scalar(sa.select(AuditHead.number)) or 0
        session.execute(sa.insert(AuditEntry), [_entry(last + 1 + number, began) for number in range(ROWS)])
        session.execute(sa.insert(OutboxRow), [_promise(number, began) for number in range(ROWS)])
        session.execute(sa.insert(Link), [_link(number, began) for number in range(ROWS)])
        session.execute(sa.insert(Message), [_message(number, began) for number in range(ROWS)])
        session.execute(sa.update(AuditHead).values(number=last + ROWS))
        session.execute(sa.text("ANALYZE"))
    return house


def _past(house: Establishment, guest, number):
    day = date(2023, 1, 1) + timedelta(days=number // 4)
    at = clock.now() - timedelta(days=1200 - number // 4)
    return {
        "id": new_id(), "establishment_id": house.id, "reference": f"P{number:07}", "service_date": day,
        "local_time": at.time().replace(microsecond=0), "starts_at": at, "quarter": int(at.timestamp()) // 900,
        "duration_minutes": 90, "covers": 2, "state": "finished", "origin": "online", "guest_id": guest,
        "phone": f"+336{number:08}", "overridden": [], "created_at": at, "changed_at": at,
    }  # fmt: skip


def _entry(number, at):
    return {
        "number": number, "at": at, "fact": "x", "subject_kind": "Reservation", "subject_id": f"old-{number}",
        "subject_label": f"P{number:07}", "actor_kind": "user", "actor_id": f"old-{number}", "actor_label": "", "details": {}, "source": "job", "request_id": "",
        "address": "", "salt": "", "digest": "", "previous_hash": "", "hash": "",
    }  # fmt: skip


def _promise(number, at):
    return {
        "id": new_id(), "job": "kernel.deliver_message", "arguments": {}, "natural_key": f"old:{number}",
        "state": JobState.DONE, "due_at": at, "attempts": 1, "last_error": "", "created_at": at,
    }  # fmt: skip


def _link(number, at):
    return {
        "id": new_id(), "scope": "booking.manage", "record_kind": "Reservation", "record_id": new_id(),
        "secret_hash": f"{number:064}", "created_at": at, "expires_at": at,
    }  # fmt: skip


def _message(number, at):
    return {
        "id": new_id(), "channel": "email", "notice": "booking.confirmed", "natural_key": f"old:{number}", "to_name": "x",
        "to_address": "x@example.org", "language": "fr", "subject_kind": "Reservation", "subject_id": new_id(),
        "details": {}, "state": "sent", "created_at": at,
    }  # fmt: skip


def statements_of(act):
    """Every statement of an act with its parameters, as the driver had them."""
    kept = []

    def note(_connection, _cursor, statement, parameters, _context, many):
        kept.append((statement, parameters[0] if many else parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    return {statement: parameters for statement, parameters in kept if re.match(r"SELECT|UPDATE|DELETE", statement)}


def scans_of(statement, parameters):
    """The large tables that this database would read from end to end."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found = {match[1] for row in plan for match in SCANNED.finditer(row[3])}
            aliases = dict(re.findall(r"(\w+) AS (\w+)", statement))
            return {table for table in LARGE if table in found or aliases.get(table) in found}
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return set(_sequential(plan[0]["Plan"])) & LARGE


def _sequential(node):
    if node["Node Type"] == "Seq Scan" and node.get("Plan Rows", 0) >= 0:
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _sequential(below)


def small_tables():
    """Tables that are still nearly empty are read whole by every sensible planner: they say nothing."""
    return {
        table for table in LARGE
        if table in db.metadata.tables
        and db.session.scalar(sa.select(sa.func.count()).select_from(db.metadata.tables[table])) < ROWS / 2
    }  # fmt: skip


def told(scanned):
    return "\n\n".join(f"{sorted(tables)}\n{statement}" for statement, tables in scanned.items())


def assert_no_scan(act):
    met = statements_of(act)
    assert met
    little = small_tables() if db.engine.dialect.name == "postgresql" else set()
    scanned = {statement: scans_of(statement, parameters) - little for statement, parameters in met.items()}
    scanned = {statement: tables for statement, tables in scanned.items() if tables}
    assert not scanned, told(scanned)


def test_the_booking_page_reads_no_large_table_whole(visit, crowded):
    guest = visit()
    assert_no_scan(lambda: guest.get(f"/reserver?date={SATURDAY}&covers=2"))


def test_a_whole_booking_reads_no_large_table_whole(visit, crowded, outbox):
    guest = visit()

    def book():
        wish = {name: typed()[name] for name in ("date", "time", "covers")}
        assert guest.post("/reserver", data=wish).status_code == 303
        assert guest.get("/reserver/coordonnees").status_code == 200
        answer = guest.post("/reserver", data=typed())
        assert guest.get(answer.headers["Location"]).status_code == 200
        assert run_jobs(strict=False) >= 1

    assert_no_scan(book)
    assert len(outbox) == 1


def test_changing_and_cancelling_read_no_large_table_whole(visit, crowded):
    guest = visit()
    url = guest.post("/reserver", data=typed()).headers["Location"].removesuffix("/confirmation")

    def change():
        assert guest.get(f"{url}/modification").status_code == 200
        assert guest.post(f"{url}/modification", data=typed(time="21:00")).status_code == 303
        assert guest.post(f"{url}/annulation", data={"reason": "x"}).status_code == 303

    assert_no_scan(change)


def test_the_dashboard_reads_no_large_table_whole(visit, cast, crowded):
    chloe = visit(cast.chloe)
    assert_no_scan(lambda: chloe.get("/admin"))


def test_a_caller_s_name_reads_no_reservations_whole(visit, cast, crowded):
    chloe = visit(cast.chloe)
    chloe.get("/admin")
    asked = statements_of(partial(chloe.get, "/admin/convives/_connu?first_name=hote&last_name=1999"))
    scanned = set().union(*(scans_of(statement, parameters) for statement, parameters in asked.items()))
    assert scanned - small_tables() <= {"people"}


def test_the_list_of_a_day_is_found_by_its_day_in_every_house(visit, cast, crowded):
    """Who works in all the houses names none: years of starts are not walked along to reach the day."""
    chloe = visit(cast.chloe)
    chloe.get("/admin")
    for asked in ("date=2023-02-01", "date=2023-02-01..", "date=a-venir", "date=..2023-02-01&tri=-date"):
        met = statements_of(partial(chloe.get, f"/admin/reservations?{asked}"))
        ((statement, parameters),) = [(sql, given) for sql, given in met.items() if "AS place_0" in sql]
        plan = plan_of(statement, parameters)
        assert re.search(r"starts_at[<>]\?|Index Cond: \(?\(?.*starts_at [<>]", plan), f"{asked}\n{plan}"


@pytest.mark.parametrize("number", ["+33600001999", "+33700001999"])
def test_who_calls_is_found_by_their_number(visit, cast, crowded, number):
    """Their own, or one they left with a reservation: no table of people or reservations is read whole for it."""
    chloe = visit(cast.chloe)
    chloe.get("/admin")
    assert queries.guest_reached_by("", number).last_name == "1999"
    assert_no_scan(partial(queries.guest_reached_by, "h7@example.org", number))
    assert_no_scan(partial(chloe.get, f"/admin/convives/_connu?phone={quote(number)}"))


def test_a_whole_number_is_looked_up_however_it_is_typed(visit, cast, crowded):
    """The people may be read through, as by any search; the reservations are not."""
    chloe = visit(cast.chloe)
    chloe.get("/admin")
    for number in ("06 00 00 19 98", "+33600001998", "0600001998"):
        for path in ("/admin/reservations", "/admin/convives", "/admin/consentements"):
            url = f"{path}?q={quote(number)}"
            asked = statements_of(partial(chloe.get, url))
            scanned = set().union(*(scans_of(statement, parameters) for statement, parameters in asked.items()))
            assert scanned - small_tables() <= {"people"}, url
        assert len(chloe.see(f"/admin/reservations?q={quote(number)}").all("tbody tr")) == 1
        assert "Hôte 1998" in chloe.see(f"/admin/convives?q={quote(number)}").text


def test_the_list_of_guests_reads_no_reservations_whole(visit, cast, crowded):
    chloe = visit(cast.chloe)
    chloe.get("/admin")
    asked = statements_of(partial(chloe.get, "/admin/convives"))
    scanned = set().union(*(scans_of(statement, parameters) for statement, parameters in asked.items()))
    if db.engine.dialect.name == "sqlite":  # PostgreSQL joins both tables whole where most people have booked
        assert scanned - small_tables() <= {"people"}


def test_the_list_reads_no_large_table_whole(visit, cast, crowded):
    chloe = visit(cast.chloe)
    assert_no_scan(lambda: chloe.get("/admin/reservations?date=2023-02-01"))


QUESTIONS = (
    "?fait=booking.note_written", "?personne=bruno", "?nature=Person", "?objet=K7MN3PQ", "?source=import",
    "?date=hier", "?objet=019f0000-0000-7000-8000-000000000000",
)  # fmt: skip


def test_the_journal_reads_no_large_table_whole(visit, cast, crowded):
    chloe = visit(cast.chloe)
    for question in QUESTIONS:
        assert_no_scan(partial(chloe.get, f"/admin/journal{question}"))


def test_a_later_page_of_the_journal_reads_no_large_table_whole(visit, cast, crowded):
    chloe = visit(cast.chloe)
    later = next(href for href in chloe.see("/admin/journal").links().values() if "apres=" in href)
    met = statements_of(lambda: chloe.get(later))
    (statement,) = (sql for sql in met if "ORDER BY audit_entries.number" in sql)
    assert not scans_of(statement, met[statement])


@pytest.fixture
def counted(crowded):
    """The same house, with as many stays and refused searches as reservations."""
    with transaction() as session:
        rows = list(session.scalars(sa.select(Reservation).limit(ROWS)))
        session.execute(sa.insert(Stay), [_stay(row) for row in rows])
        session.execute(sa.insert(RefusedSearch), [_refused(row) for row in rows])
        session.execute(sa.text("ANALYZE"))
    return crowded


def _stay(row):
    return {
        "reservation_id": row.id, "establishment_id": row.establishment_id, "service_date": row.service_date,
        "local_time": row.local_time, "covers": 2, "seated_at": row.starts_at,
        "left_at": row.starts_at + timedelta(minutes=80),
    }  # fmt: skip


def _refused(row):
    return {
        "id": new_id(), "establishment_id": row.establishment_id, "at": row.starts_at, "service_date": row.service_date,
        "local_time": row.local_time, "covers": 2, "reason": "no_table",
    }  # fmt: skip


MONTH = "du=2023-03-01&au=2023-03-31"


FIGURES = (
    f"couverts?{MONTH}&face-a=annee", f"absences?{MONTH}", f"avance?{MONTH}", f"occupation?{MONTH}",
    f"demande-refusee?{MONTH}&par=motif", f"parcours?{MONTH}", f"durees?{MONTH}", f"origines?{MONTH}", "previsions", "rythme",
)  # fmt: skip


def test_a_month_of_a_figure_reads_no_large_table_whole(visit, cast, counted):
    chloe = visit(cast.chloe)
    chloe.get("/admin")
    for figure in FIGURES:
        assert_no_scan(partial(chloe.get, f"/admin/chiffres/{figure}"))


def test_a_trial_of_a_floor_reads_no_large_table_whole(counted):
    house = house_of(counted)
    assert_no_scan(lambda: asks_of(house, date(2023, 3, 4)))


@pytest.fixture
def sat_at(crowded):
    """The same house, every past party at its first table."""
    with transaction() as session:
        table = session.scalars(sa.select(Table).order_by(Table.position)).first()
        rows = session.execute(sa.select(Reservation.id, Reservation.quarter).limit(ROWS))
        session.execute(sa.insert(Seating), [_seat(crowded, table, *row) for row in rows])
        session.execute(sa.text("ANALYZE"))
    return crowded, table


def _seat(house, table, reservation_id, quarter):
    return {
        "reservation_id": reservation_id, "table_id": table.id, "establishment_id": house.id, "first_quarter": quarter,
        "end_quarter": quarter + 6,
    }  # fmt: skip


def plan_of(statement, parameters):
    """What the database says it does for a statement, as text."""
    how = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        return "\n".join(str(row) for row in connection.exec_driver_sql(f"{how} {statement}", parameters))


def test_who_sits_at_a_table_is_found_by_its_quarters(sat_at):
    """Years of a table's past are not read to know who has it tonight, nor in four days."""
    house, table = sat_at
    for ahead in (0, 96 * 4):
        first = quarter_of(clock.now()) + ahead
        met = statements_of(partial(who_sits_at, house.id, [table.id.hex], range(first, first + 6)))
        ((statement, parameters),) = met.items()
        assert "ix_seatings_establishment_id_first_quarter" in plan_of(statement, parameters)
        assert not scans_of(statement, parameters)


def test_pages_stay_within_their_budget_of_queries(visit, cast, crowded):
    guest, chloe = visit(), visit(cast.chloe)
    budgets = {
        (guest, "/reserver"): 6,
        (guest, f"/reserver?date={SATURDAY}&covers=2"): 8,
        (chloe, "/admin"): 12,
        (chloe, "/admin/journal"): 12,
    }
    for (who, path), most in budgets.items():
        who.get(path)
        with count_queries() as statements:
            who.get(path)
        assert len(statements) <= most, f"{path}: {len(statements)}\n" + "\n".join(statements)

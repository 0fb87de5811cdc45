"""Every door as every role: what answers, and which rows are seen, against an oracle that reads the bare grants."""

import csv
import io
import re
from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.datasets import datasets
from app.kernel.datasets.models import DatasetExport, ExportState
from app.kernel.db import new_id, transaction
from tests.walk.doors import DATASETS, GROWING, KNOWN, OPENS, OWNERS, PUBLIC, SIGNED_IN
from tests.walk.oracle import TEAM_ONLY
from tests.walk.world import TODAY, build, visitor_for

NO_RECORD = {"": [None]}
REFUSED = "refused"


@pytest.fixture
def world(app):
    return build()


def rules_of(app, verb):
    return [rule for rule in app.url_map.iter_rules() if verb in rule.methods and rule.endpoint in OPENS]


def ways_through(app, world, verb):
    """Each address of a verb, filled in with each record it can take: (endpoint, permission, record, path)."""
    adapter = app.url_map.bind("")
    for rule in rules_of(app, verb):
        permission, kind = OPENS[rule.endpoint]
        for thing in {**world.things, **NO_RECORD}[kind]:
            values = {name: new_id() for name in rule.arguments}
            if thing is not None:
                values["row_id" if kind == "outbox" else "id"] = thing.id
            yield rule.endpoint, permission, thing, adapter.build(rule.endpoint, values, method=verb)


def opens(walker, endpoint, permission, thing):
    if endpoint.startswith(TEAM_ONLY) and walker.link_to:
        return False
    return walker.may(permission, None if permission == "site.operate" else thing, TODAY)


def outcome(response):
    """Refused (403, or sent to the login page), or let in, whatever the page then says."""
    to_login = response.status_code == 302 and response.headers["Location"].startswith("/connexion")
    assert response.status_code in (503, *range(500)), response.request.path  # 503: a paper that is being drawn
    return REFUSED if response.status_code == 403 or to_login else "let in"


def test_no_door_is_forgotten(app):
    endpoints = set(app.view_functions)
    forgotten = sorted(endpoints - KNOWN)
    assert not forgotten, f"say in tests/walk/doors.py what opens them: {forgotten}"
    assert not sorted(KNOWN - endpoints), "these doors are gone"


def test_no_dataset_is_forgotten(app):
    declared = {code for code in datasets() if not code.startswith("tests.")}
    assert declared == set(DATASETS), "say in tests/walk/doors.py what opens them"


def test_each_door_declares_what_it_is_known_by(app):
    rules = {endpoint: app.view_functions[endpoint].access_rule for endpoint in KNOWN}
    assert {endpoint: rules[endpoint] for endpoint in OPENS} == {
        endpoint: asked[0] for endpoint, asked in OPENS.items()
    }
    assert {rules[endpoint] for endpoint in PUBLIC.split()} == {"public"}
    assert {rules[endpoint] for endpoint in SIGNED_IN.split()} == {"signed in"}


def test_every_page_opens_to_those_it_should_and_to_no_others(app, visit, world):
    ways = list(ways_through(app, world, "GET"))
    wrong = []
    for walker in world.walkers:
        visitor = visitor_for(walker, world, visit)
        for endpoint, permission, thing, path in ways:
            expected = "let in" if opens(walker, endpoint, permission, thing) else REFUSED
            if (found := outcome(visitor.get(path))) != expected:
                wrong.append(f"{walker.name}: {path} ({permission}) is {found}, should be {expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_every_act_is_refused_to_those_who_may_not(app, visit, world):
    """What is allowed is tried by the tests of each act: here, only the refusals are."""
    ways = list(ways_through(app, world, "POST"))
    wrong = []
    for walker in world.walkers:
        visitor = visitor_for(walker, world, visit)
        wrong += [
            f"{walker.name}: POST {path} ({permission}) was not refused"
            for endpoint, permission, thing, path in ways
            if not opens(walker, endpoint, permission, thing) and outcome(visitor.post(path)) != REFUSED
        ]
    assert not wrong, "\n".join(wrong)


def test_every_list_count_search_and_export_shows_the_same_rows(visit, world):
    wrong = []
    for walker in world.walkers:
        visitor = visitor_for(walker, world, visit)
        for code, (permission, url, kind) in DATASETS.items():
            is_open = walker.may(permission, None, TODAY)
            if is_open and code in GROWING:
                continue
            seen = {thing.id.hex for thing in world.things.get(kind, ()) if walker.may(permission, thing, TODAY)}
            wrong += [
                f"{walker.name}: {code} {fault}" for fault in faults_of(visitor, code, url, seen, is_open=is_open)
            ]
    assert not wrong, "\n".join(wrong)


def faults_of(visitor, code, url, seen, *, is_open):
    exported = visitor.post(f"/admin/donnees/{code}/export.csv?vue=toutes")
    workbook = visitor.post(f"/admin/donnees/{code}/export.xlsx?vue=toutes")
    if not is_open:
        answers = [visitor.get(url), exported, workbook, visitor.post(f"/admin/donnees/{code}/selection")]
        return ["is open" for answer in answers if outcome(answer) != REFUSED]
    faults = []
    page = visitor.see(f"{url}?vue=toutes")
    listed = rows_of(page)
    if listed != seen:
        faults.append(f"lists {len(listed)} rows instead of {len(seen)}")
    said = re.search(r"(\d+) lignes?", page.text)
    if (int(said[1]) if said else 0) != len(seen):
        faults.append(f"counts {said and said[0]} instead of {len(seen)}")
    if not rows_of(visitor.see(f"{url}?q=a")) <= seen:
        faults.append("finds what it should not")
    part = visitor.see(f"{url}?vue=toutes", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    if rows_of(part) != seen:
        faults.append("swaps in other rows")
    lines = list(csv.reader(io.StringIO(exported.get_data(as_text=True)), delimiter=";"))
    if len(lines) - 1 != len(seen):
        faults.append(f"exports {len(lines) - 1} rows instead of {len(seen)}")
    if workbook.status_code != 200:
        faults.append("gives no workbook")
    return faults


def rows_of(page):
    return {row["id"].removeprefix("row-") for row in page.all("tr[data-row]")}


def test_an_export_is_its_owners_alone(app, visit, world):
    owner = world.users["administrator"]
    with transaction() as session:
        export = DatasetExport(
            dataset="booking.reservations", owner_id=str(owner.id), owner_label="A", person_id=None, rights={}, arguments={},
            language="fr", rows_total=1, rows_done=0, state=ExportState.WAITING, created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=1),
        )  # fmt: skip
        session.add(export)
    adapter = app.url_map.bind("")
    paths = [adapter.build(endpoint, {"id": export.id}) for endpoint in OWNERS.split()]
    for walker in world.walkers:
        visitor = visitor_for(walker, world, visit)
        for path in paths:
            status = visitor.get(path).status_code
            if walker.user_id == owner.id:
                assert status == (404 if path.endswith("fichier") else 200), path
            else:
                assert status == (404 if walker.user_id else (403 if walker.link_to else 302)), (walker.name, path)


def test_what_is_ones_own_opens_to_whoever_logged_in(visit, world):
    for walker in world.walkers:
        answer = visitor_for(walker, world, visit).get("/espace")
        assert answer.status_code == (200 if walker.user_id else 302), walker.name

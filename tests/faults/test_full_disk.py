"""A disk that fills up under a running house: guests are told, nothing half-done stays, and all goes on once there is room."""

import contextlib
import re
import resource
from html import unescape

import psutil
import pytest

from tests.faults.evening import Evening, Visitor, open_house
from tests.harness.live import eventually

pytestmark = pytest.mark.long
PARTS = ("guichet-web", "guichet-worker", "guichet-sched")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def leave_room(house, size):
    """No part of the house may write a file beyond this size, nor what it starts meanwhile."""
    limited = set()
    while found := {process.pid for part in PARTS for process in house.processes(part)} - limited:
        for pid in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).rlimit(psutil.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        limited |= found


def test_it_says_so_keeps_what_was_typed_and_goes_on(make_house):
    house = open_house(make_house)
    evening = Evening(house)
    assert evening.one_books(), evening.failed
    eventually("the first letter", lambda: evening.letters()[evening.promised[0]])

    guest, (day, at) = Visitor(house), evening.wishes[40]
    token = re.search(r'name="csrf_token" value="([^"]+)"', guest.ask("GET", f"/reserver?date={day}&covers=2")[2])[1]
    wish = {"csrf_token": token, "date": day, "time": at, "covers": "2"}
    who = {"first_name": "Zoé", "last_name": "Ndiaye", "phone": "0612345678", "consent": "y", "email": "zoe@example.org",
           "special_requests": "Un gâteau"}  # fmt: skip

    leave_room(house, 4096)
    for _again in range(3):
        status, _where, page = guest.ask("POST", "/reserver", {**wish, **who})
        assert status == 507, page[:500]
        assert "Rien ne peut être enregistré" in page
    assert guest.ask("GET", f"/reserver?date={day}&covers=2")[0] == 200
    assert not evening.letters()["zoe@example.org"]
    assert not evening.one_books()

    leave_room(house, resource.RLIM_INFINITY)
    kept = {name: unescape(value) for name, value in HIDDEN.findall(page)}
    assert kept["special_requests"] == "Un gâteau"
    status, where, _page = guest.ask("POST", "/reserver", kept)
    assert (status, where.endswith("/confirmation")) == (303, True)
    evening.promised.append("zoe@example.org")
    assert evening.one_books(), evening.failed
    evening.expect_letters()
    evening.expect_order()
    eventually("no letter is half written", lambda: not list((house.data_dir / "mailbox").glob("*.part")))

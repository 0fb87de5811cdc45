"""The house the browser visits takes more from one address than a real one, for all visitors here share it."""

import sqlite3
from contextlib import closing

import pytest

from tests.browser import audit
from tests.browser.acquaintance import acquaint
from tests.browser.walking import Guest

GENEROUS = ("limits.public_writes", "limits.public_searches", "limits.resets", "booking.holds_per_address")


@pytest.fixture(scope="session")
def live_house(browser, live_house):
    """The shared installation, its limits raised as on its settings page."""
    rows = [(code, "installation", "", "100000", "2026-01-01 00:00:00") for code in GENEROUS]
    with closing(sqlite3.connect(live_house.data_dir / "guichet.sqlite3")) as connection, connection:
        connection.executemany("INSERT OR REPLACE INTO setting_values VALUES (?, ?, ?, ?, ?)", rows)
    return live_house


@pytest.fixture
def guest():
    """Somebody whose address nobody has used before."""
    return Guest()


@pytest.fixture
def axe(page):
    """`axe()` looks the open page over and fails with every violation it finds."""
    return lambda: audit.assert_accessible(page)


@pytest.fixture(scope="session")
def known(browser, live_house):
    """What is known of the running house: a guest's reservation, records to open, and the cookies of each person."""
    return acquaint(browser, live_house)


@pytest.fixture
def open_place(page, known):
    """`open_place(place)` opens a page as the one whom the place names."""

    def visit(place):
        page.context.add_cookies(known.cookies[place.who])
        answer = page.goto(place.path.format(**known.names))
        assert answer.status == place.status, f"{answer.url} answers {answer.status}"

    return visit

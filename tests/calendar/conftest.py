"""What the tests of the calendar begin with: the small house, and Alice's table in it."""

import pytest

from tests.booking.houses import open_house, promise_and_tell


@pytest.fixture
def house(app):
    """Le Petit Quai: two tables for two, two for four, which join for eight."""
    return open_house()


@pytest.fixture
def reservation(house, outbox):
    """Alice's table for two on Saturday at 19:30; its letter has left and is forgotten."""
    made = promise_and_tell(house)
    outbox.forget()
    return made

"""What the tests of booking begin with: the small house, and Alice's table in it."""

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


@pytest.fixture
def url(reservation):
    """The guest's own page."""
    return f"/reservations/{reservation.id}"


@pytest.fixture
def alice(visit, reservation):
    """Alice, come by the link of her letter."""
    guest = visit()
    guest.bear("booking.manage", reservation, reservation.guest)
    return guest

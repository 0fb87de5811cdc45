"""What the tests of the calendar begin with: the small house, and Alice's table in it."""

from tests.booking.conftest import house, reservation

__all__ = ["house", "reservation"]

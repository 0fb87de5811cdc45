"""What the house counts of its reservations. Importing this declares the figures."""

from app.booking.figures import ahead, attendance, demand, origins, room, turns  # noqa: F401 - imported to declare

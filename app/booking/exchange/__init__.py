"""The file of an establishment, `guichet-establishment/1`: read with every error in its place, written the same way.

Pure: knows neither Flask nor the database. The form stands in docs/formats.md, three examples in
`examples/`.
"""

from app.booking.exchange.dump import dump
from app.booking.exchange.form import FORMAT, Address, BookingSettings, EstablishmentFile, FileRefused
from app.booking.exchange.parse import parse

__all__ = ["FORMAT", "Address", "BookingSettings", "EstablishmentFile", "FileRefused", "dump", "parse"]

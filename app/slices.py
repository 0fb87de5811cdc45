"""The slices of the house, in the order of the graph: each may import those above it."""

from types import ModuleType

from app import accounts, calendar, directory, invoices, notifications, payments, site, traces
from app.booking import assembly as booking

SLICES: tuple[ModuleType, ...] = (
    directory,
    accounts,
    notifications,
    traces,
    calendar,
    payments,
    invoices,
    booking,
    site,
)

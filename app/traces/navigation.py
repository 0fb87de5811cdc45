"""Where the slice appears."""

from app.kernel.languages import N_
from app.kernel.navigation import entry
from app.traces import permissions as may

entry("admin", N_("Journal"), "journal.entry_list", icon="journal", permission=may.VIEW, group=N_("Maison"), order=80)

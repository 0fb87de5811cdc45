"""Every night, the numbers are counted: a hole or a date that goes back is told to whoever answers for it."""

from app.invoices.models import Invoice
from app.invoices.notices import BROKEN_SERIES
from app.invoices.queries import last_of_series, series_faults
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import transaction
from app.kernel.jobs import job
from app.kernel.languages import N_

NAME = "invoices.verify_series"


@job(NAME, N_("Vérifier que les numéros de factures se suivent"), cron="20 4 * * *")
def verify_series() -> int:
    """Tell of each series with a hole or a date that goes back, once a day; give how many there are."""
    faults = series_faults()
    with transaction():
        for fault in faults:
            last: Invoice | None = last_of_series(fault.code)
            if last is not None:
                key = f"{fault.code}:{clock.now():%Y%m%d}"
                BROKEN_SERIES.announce(about=last, actor=system(NAME), key=key, series=fault.code)
    return len(faults)

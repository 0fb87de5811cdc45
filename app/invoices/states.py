"""The life of an invoice: one step, which nothing takes back."""

from app.invoices import permissions as may
from app.invoices.models import InvoiceState as S
from app.kernel.languages import N_
from app.kernel.lifecycle import Lifecycle, Transition

LIFECYCLE = Lifecycle(Transition("issue", (S.DRAFT,), S.ISSUED, may.ISSUE, N_("Émettre")))

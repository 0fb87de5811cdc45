"""Shape of what a manager types on the settings pages. What may be refused by the house itself stays in the service."""

from app.booking.settings_forms.close_outs import CloseOutForm
from app.booking.settings_forms.days import ClosureForm, ExceptionalDayForm
from app.booking.settings_forms.establishment import EstablishmentForm
from app.booking.settings_forms.furniture import AreasForm, CombinationForm, TablesForm
from app.booking.settings_forms.patience import PatienceForm
from app.booking.settings_forms.plan import PlanForm
from app.booking.settings_forms.rules import RulesForm
from app.booking.settings_forms.shifts import ShiftForm
from app.booking.settings_forms.sites import SitesForm

__all__ = [
    "AreasForm",
    "CloseOutForm",
    "ClosureForm",
    "CombinationForm",
    "EstablishmentForm",
    "ExceptionalDayForm",
    "PatienceForm",
    "PlanForm",
    "RulesForm",
    "ShiftForm",
    "SitesForm",
    "TablesForm",
]

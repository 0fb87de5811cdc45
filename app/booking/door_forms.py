"""What staff type for a party at the door."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField
from wtforms import SelectMultipleField as ManyField

from app.booking.forms import MOST_COVERS
from app.booking.models import Table
from app.booking.settings_forms.fields import SettingsForm
from app.kernel.fields import WholeField, line
from app.kernel.forms import translated
from app.kernel.languages import N_

NAME = 80


class WalkInForm(SettingsForm):
    """A party at the door: how many, at which tables if somebody chose, under which name if they gave one."""

    covers = WholeField(N_("Combien sont-ils"), least=1, most=MOST_COVERS)
    name = line(N_("Nom"), NAME, needed=False)
    tables = ManyField(translated(N_("Tables")), validate_choice=False)
    force = BooleanField(translated(N_("Passer outre la cadence ou la taille, en mon nom")))

    def __init__(self, tables: Sequence[Table], **options: Any) -> None:
        """Offer the tables in service."""
        super().__init__(**options)
        offered = [(str(table.id), table.code) for table in tables]
        self.tables.choices = offered
        self.tables.data = [id for id, _code in offered if id in (self.tables.data or ())]

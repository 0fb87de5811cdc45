"""Shape of the hours in which somebody may be disturbed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from app.kernel import clock
from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_, _, current_language
from app.notifications.models import RoomKind

ZONES = (
    "Europe/Paris", "Europe/London", "America/Cayenne", "America/Guadeloupe", "America/Martinique", "America/Miquelon",
    "America/Toronto", "Indian/Mayotte", "Indian/Reunion", "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Wallis", "UTC",
)  # fmt: skip
LONGEST_PAUSE = timedelta(days=366)


class RoomForm(FlaskForm):
    """A room of a team chat: where it is, whose eyes it has, what it hears of. A new one needs its address."""

    is_new = True

    name = StringField(
        translated(N_("Nom du salon")),
        [
            DataRequired(translated(N_("Donnez-lui un nom."))),
            Length(max=80, message=translated(N_("80 caractères au plus."))),
            no_control_characters,
        ],
        filters=[tidy],
    )
    room_kind = RadioField(
        translated(N_("Messagerie")),
        choices=lambda: [(kind.value, kind.label) for kind in RoomKind],
        default=RoomKind.SLACK.value,
    )
    url = PasswordField(translated(N_("Adresse du webhook")), [Length(max=1000)], filters=[tidy])
    establishment = SelectField(translated(N_("Établissement")))
    role = SelectField(translated(N_("Avec les droits du rôle")))
    categories = SelectMultipleField(
        translated(N_("Sujets")),
        validate_choice=False,
        option_widget=CheckboxInput(),
    )

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Refuse as well a new room without an address."""
        fits = bool(super().validate(extra_validators))
        if not self.url.data and self.is_new:
            self.url.errors = [_("Collez l’adresse que la messagerie vous a donnée.")]
            return False
        return fits


class RhythmForm(FlaskForm):
    """Zone, quiet hours and pause, each optional."""

    zone = SelectField(translated(N_("Fuseau horaire")))
    quiet_from = TimeField(translated(N_("Ne pas me déranger à partir de")), [Optional()], format=["%H:%M", "%H:%M:%S"])
    quiet_until = TimeField(translated(N_("Jusqu’à")), [Optional()], format=["%H:%M", "%H:%M:%S"])
    paused_until = DateField(translated(N_("Tout suspendre jusqu’au")), [Optional()])

    def offer_zones(self, *further: str) -> None:
        """Offer the usual zones, and those met here."""
        zones = dict.fromkeys([*ZONES, *further])
        self.zone.choices = [(zone, _zone_name(zone)) for zone in zones]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Refuse as well hours that begin and never end, or the reverse."""
        fits = bool(super().validate(extra_validators))
        if fits and (self.quiet_from.data is None) != (self.quiet_until.data is None):
            self.quiet_until.errors = [_("Indiquez les deux heures, ou aucune.")]
            return False
        return fits

    def validate_paused_until(self, field: Field) -> None:
        """Refuse a pause that is over, or that lasts for more than a year."""
        if field.data is not None:
            today = clock.today(self.zone.data or clock.USUAL_ZONE)
            if not today < field.data <= today + LONGEST_PAUSE:
                raise ValidationError(_("Choisissez un jour à venir, dans l’année."))

    @property
    def quiet(self) -> tuple[time, time] | None:
        """Give the quiet hours, if there are."""
        begins, ends = self.quiet_from.data, self.quiet_until.data
        return (begins, ends) if begins is not None and ends is not None else None

    @property
    def pause_ends(self) -> datetime | None:
        """Give the instant at which the pause is over: the morning of the day chosen, on the person's clock."""
        day: date | None = self.paused_until.data
        return datetime.combine(day, time(), ZoneInfo(self.zone.data)) if day is not None else None


def _zone_name(zone: str) -> str:
    return "UTC" if zone == "UTC" else str(get_timezone_location(zone, locale=current_language(), return_city=True))

"""Where an entry should go, as typed."""

import re
from datetime import date, time

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired

from app.calendar.periods import SENSIBLE_YEARS
from app.kernel.agenda import Move
from app.kernel.forms import tidy, translated
from app.kernel.languages import N_, _


class MoveForm(FlaskForm):
    """Another day, another time; `seen` is the version that was before the eyes, `back` the page to go back to."""

    date = StringField(translated(N_("Date")), [InputRequired(translated(N_("Choisissez une date.")))])
    time = StringField(translated(N_("Heure")), [InputRequired(translated(N_("Choisissez un horaire.")))])
    seen = HiddenField()
    back = HiddenField()

    def validate_date(self, field: Field) -> None:
        """Refuse what is no date of these years."""
        try:
            known = date.fromisoformat(tidy(field.data)).year in SENSIBLE_YEARS
        except ValueError:
            known = False
        if not known:
            raise ValidationError(_("Indiquez la date sous la forme 2026-03-14."))

    def validate_time(self, field: Field) -> None:
        """Refuse what is no time of day."""
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", tidy(field.data)):
            raise ValidationError(_("Indiquez l’heure sous la forme 19:30."))

    def move(self) -> Move:
        """Give what was asked for, once the form is valid."""
        day, at = date.fromisoformat(tidy(self.date.data)), time.fromisoformat(tidy(self.time.data))
        return Move(day, at, seen=tidy(self.seen.data))

"""Shape of the form that erases a person."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.kernel.forms import no_control_characters, translated
from app.kernel.languages import N_


class ErasureForm(FlaskForm):
    """The name of whoever is erased, typed once more: what is erased does not come back."""

    name = StringField(
        translated(N_("Nom complet, pour confirmer")),
        [
            InputRequired(translated(N_("Tapez le nom tel qu’il est écrit ci-dessus."))),
            Length(max=200),
            no_control_characters,
        ],
        render_kw={"autocomplete": "off"},
    )

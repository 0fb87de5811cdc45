"""Shape of what is sent about the house."""

from flask_wtf import FlaskForm
from wtforms import FileField

from app.kernel.forms import translated
from app.kernel.languages import N_


class LogoForm(FlaskForm):
    """One picture."""

    logo = FileField(translated(N_("Votre logo")))

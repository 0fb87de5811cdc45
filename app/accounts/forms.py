"""Shape of the login form."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.kernel.forms import translated
from app.kernel.languages import N_


class LoginForm(FlaskForm):
    """An e-mail address and a password."""

    email = StringField(
        translated(N_("Adresse e-mail")),
        [InputRequired(translated(N_("Indiquez votre adresse e-mail."))), Length(max=254)],
        render_kw={"autocomplete": "username", "type": "email"},
    )
    password = PasswordField(
        translated(N_("Mot de passe")),
        [InputRequired(translated(N_("Indiquez votre mot de passe."))), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )

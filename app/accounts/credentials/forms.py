"""Shape of what one types to prove who one is."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_


class CodeForm(FlaskForm):
    """A code of the authenticator, or a recovery code."""

    code = StringField(
        translated(N_("Code")),
        [InputRequired(translated(N_("Tapez le code."))), Length(max=40)],
    )


class ProofForm(FlaskForm):
    """The password again."""

    password = PasswordField(
        translated(N_("Mot de passe")),
        [InputRequired(translated(N_("Indiquez votre mot de passe."))), Length(max=500)],
    )


class PasskeyForm(FlaskForm):
    """The name by which one knows a passkey again."""

    name = StringField(
        translated(N_("Nom de la clé")),
        [DataRequired(translated(N_("Donnez un nom à cette clé."))), Length(max=60), no_control_characters],
        filters=[tidy],
    )

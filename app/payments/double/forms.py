"""What is typed on the payment page."""

import re

from wtforms import Form, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Regexp

from app.kernel.languages import N_, _

NEEDED = N_("Ce champ est nécessaire.")
TOO_LONG = N_("C’est trop long.")


class CardForm(Form):
    """A test card, and who holds it. The labels are translated where they are drawn."""

    email = StringField(
        N_("E-mail"),
        [
            InputRequired(NEEDED),
            Length(max=320, message=TOO_LONG),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=N_("Cette adresse n’a pas la forme d’un e-mail.")),
        ],
    )
    number = StringField(N_("Numéro de carte"), [InputRequired(NEEDED), Length(max=40, message=TOO_LONG)])
    expiry = StringField(N_("Expire fin"), [InputRequired(NEEDED)])
    cvc = StringField(
        N_("Code de sécurité"),
        [InputRequired(NEEDED), Regexp(r"[0-9]{3,4}$", message=N_("Trois chiffres, au dos de la carte."))],
    )
    name = StringField(N_("Nom sur la carte"), [Length(max=200, message=TOO_LONG)])

    def validate_expiry(self, field: StringField) -> None:
        """Read a month and a year."""
        if not re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*/\s*(20)?\d\d\s*", field.data or ""):
            raise ValidationError(N_("Un mois et une année : 12/34."))

    @property
    def month_and_year(self) -> tuple[int, int]:
        """Give the end of validity as numbers."""
        month, year = re.findall(r"\d+", self.expiry.data or "")
        return int(month), 2000 + int(year) % 100

    def spoken(self) -> "CardForm":
        """Put labels and errors in the reader's language."""
        for field in self:
            field.label.text = _(field.label.text)
            field.errors = [_(str(error)) for error in field.errors]
        return self

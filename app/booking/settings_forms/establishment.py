"""Form of the establishment's own record."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import Field, ValidationError
from wtforms.validators import Regexp

from app.booking.opening.problems import zone_problems
from app.booking.service.room import Description
from app.booking.settings_forms.fields import SettingsForm
from app.directory.models import Establishment
from app.kernel.fields import line
from app.kernel.formats import normalised_phone, typed_phone
from app.kernel.forms import translated
from app.kernel.languages import N_, _

TWO_LETTERS = Regexp("^[A-Z]{2}$", message=translated(N_("Un code de pays à deux lettres est attendu, comme FR.")))


class EstablishmentForm(SettingsForm):
    """Who the house is, where it stands and how to reach it."""

    name = line(N_("Nom"), 120, autocomplete="off")
    address_line1 = line(N_("Adresse"), 120, autocomplete="off")
    address_line2 = line(N_("Complément d’adresse"), 120, needed=False, autocomplete="off")
    postal_code = line(N_("Code postal"), 12, autocomplete="off")
    city = line(N_("Ville"), 80, autocomplete="off")
    country = line(N_("Pays, en deux lettres"), 2, checks=[TWO_LETTERS], autocomplete="off", maxlength="2")
    phone = line(N_("Téléphone"), 30, needed=False, type="tel", autocomplete="off")
    email = line(N_("Adresse e-mail"), 254, needed=False, type="email", autocomplete="off")
    timezone = line(N_("Fuseau horaire"), 60, list="zones", autocomplete="off")

    def __init__(self, establishment: Establishment, **options: Any) -> None:
        """Show the record as it is, its number as one dials it."""
        super().__init__(obj=establishment, **options)
        if self.phone.data == establishment.phone:
            self.phone.data = typed_phone(establishment.phone, establishment.country)

    def validate_phone(self, field: Field) -> None:
        """Refuse what is no phone number."""
        if field.data and normalised_phone(field.data, self.country.data or "FR") is None:
            raise ValidationError(_("Ce numéro n’est pas un numéro de téléphone complet."))

    def validate_email(self, field: Field) -> None:
        """Refuse what is no address."""
        if field.data:
            try:
                validate_email(field.data, check_deliverability=False, test_environment=True)
            except EmailNotValidError as error:
                raise ValidationError(_("Une adresse e-mail est attendue, par exemple bonjour@exemple.fr.")) from error

    def validate_timezone(self, field: Field) -> None:
        """Refuse a zone nobody knows."""
        for problem in zone_problems(field.data, "timezone"):
            raise ValidationError(_(problem.text, **problem.values))

    def wanted(self) -> Description:
        """Give the record as it should be."""
        phone = normalised_phone(self.phone.data, self.country.data) if self.phone.data else ""
        return Description(
            self.name.data,
            self.timezone.data,
            self.address_line1.data,
            self.address_line2.data,
            self.postal_code.data,
            self.city.data,
            self.country.data,
            phone or "",
            self.email.data,
        )

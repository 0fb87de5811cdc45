"""Shape of what the team types about guests."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from app.booking.models import GuestProfile, GuestTag, HealthNature, TagTone
from app.booking.service.guests import Preferences
from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_, _

LEAP_YEAR = 2024
SHORT = [Length(max=300, message=translated(N_("300 caractères au plus."))), no_control_characters]


class TaggingForm(FlaskForm):
    """Which of the house's tags a guest bears."""

    tags = SelectMultipleField(translated(N_("Étiquettes")), validate_choice=True)

    def __init__(self, tags: list[GuestTag], chosen: list[GuestTag] | None = None) -> None:
        """Offer the tags of the house."""
        super().__init__(tags=[str(tag.id) for tag in chosen or []])
        self.known = {str(tag.id): tag for tag in tags}
        self.tags.choices = [(code, tag.name) for code, tag in self.known.items()]

    def chosen(self) -> list[GuestTag]:
        """Give the tags ticked."""
        return [self.known[code] for code in self.tags.data or []]


class PreferenceForm(FlaskForm):
    """What a guest likes, and the day of their birthday."""

    area = SelectField(translated(N_("Salle préférée")), validate_choice=True)
    table_code = SelectField(translated(N_("Table préférée")), validate_choice=True)
    wishes = StringField(translated(N_("Ce qui lui plaît")), SHORT)
    birth_day = SelectField(translated(N_("Jour de naissance")), coerce=int)
    birth_month = SelectField(translated(N_("Mois de naissance")), coerce=int)

    def __init__(
        self, areas: list[str], tables: list[tuple[str, str]], months: list[str], profile: GuestProfile | None = None
    ) -> None:
        """Offer the house's areas and tables; what a guest likes and is no more there stays offered."""
        kept = {name: getattr(profile, name) or 0 for name in ("birth_day", "birth_month")} if profile else {}
        texts = {name: getattr(profile, name) for name in ("area", "table_code", "wishes")} if profile else {}
        super().__init__(**texts, **kept)
        nothing = ("", _("sans préférence"))
        self.area.choices = [nothing, *_with(texts.get("area"), [(area, area) for area in areas])]
        self.table_code.choices = [nothing, *_with(texts.get("table_code"), tables)]
        self.birth_day.choices = [(0, "–"), *((day, str(day)) for day in range(1, 32))]
        self.birth_month.choices = [(0, "–"), *enumerate(months, 1)]

    def validate_birth_month(self, field: Field) -> None:
        """Refuse half a date, and the thirtieth of February."""
        day, month = self.birth_day.data, field.data
        if bool(day) != bool(month):
            raise ValidationError(_("Indiquez le jour et le mois, ou ni l’un ni l’autre."))
        try:
            date(LEAP_YEAR, month or 1, day or 1)
        except ValueError as error:
            raise ValidationError(_("Ce jour n’existe pas dans ce mois.")) from error

    def typed(self) -> Preferences:
        """Give what was typed."""
        return Preferences(
            self.area.data or "",
            self.table_code.data or "",
            tidy(self.wishes.data),
            self.birth_day.data or None,
            self.birth_month.data or None,
        )


def _with(kept: str | None, offered: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return offered if not kept or kept in dict(offered) else [(kept, kept), *offered]


class HealthForm(FlaskForm):
    """Something of a guest's health, and their consent to its being noted."""

    nature = SelectField(translated(N_("Nature")), validate_choice=True)
    text = StringField(
        translated(N_("Ce qu’il faut savoir")), [DataRequired(translated(N_("Dites ce qu’il faut savoir."))), *SHORT]
    )
    consent = BooleanField(translated(N_("La personne accepte que ce soit noté pour la recevoir")))

    def __init__(self, **typed: Any) -> None:
        """Offer the natures in the reader's language."""
        super().__init__(**typed)
        self.nature.choices = [(nature.value, nature.label) for nature in HealthNature]

    def validate_consent(self, field: Field) -> None:
        """Refuse what nobody agreed to."""
        if not field.data:
            raise ValidationError(_("Demandez d’abord l’accord de la personne : sans lui, rien n’est noté."))


class GuestNoteForm(FlaskForm):
    """A note about a guest."""

    text = TextAreaField(
        translated(N_("Note pour l’équipe")),
        [
            DataRequired(translated(N_("Écrivez la note."))),
            Length(max=2000, message=translated(N_("2 000 caractères au plus."))),
            no_control_characters,
        ],
    )


class TagForm(FlaskForm):
    """A tag of the house."""

    name = StringField(
        translated(N_("Nom de l’étiquette")),
        [
            DataRequired(translated(N_("Donnez un nom à l’étiquette."))),
            Length(max=40, message=translated(N_("40 caractères au plus."))),
            no_control_characters,
        ],
    )
    tone = SelectField(translated(N_("Couleur")), validate_choice=True)

    def __init__(self, tag: GuestTag | None = None) -> None:
        """Offer the colours by their names."""
        super().__init__(obj=tag)
        self.tone.choices = [(tone.value, tone.label) for tone in TagTone]

"""Shape of what is typed to give a role, name a team or a role, or let somebody in."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_, _
from app.kernel.scopes import Scope

NAME = [
    DataRequired(translated(N_("Donnez un nom."))),
    Length(max=80, message=translated(N_("80 caractères au plus."))),
    no_control_characters,
]
CHOSEN = [InputRequired(translated(N_("Choisissez dans la liste.")))]
Choices = Sequence[tuple[str, str]]


class DayField(StringField):
    """A day, or nothing; `day` is what was understood."""

    day: date | None = None

    def pre_validate(self, form: FlaskForm) -> None:  # noqa: ARG002 - WTForms hands it over
        """Refuse what is no day."""
        self.day = None
        try:
            self.day = date.fromisoformat(tidy(self.data)) if tidy(self.data) else None
        except ValueError as wrong:
            raise ValidationError(_("Indiquez un jour, comme 2027-03-14.")) from wrong


class GrantForm(FlaskForm):
    """A role, where, and for how long."""

    role = SelectField(translated(N_("Rôle")), CHOSEN, validate_choice=False)
    scope = SelectField(translated(N_("Où")), CHOSEN, validate_choice=False)
    first_day = DayField(translated(N_("À partir du")), render_kw={"type": "date"})
    last_day = DayField(translated(N_("Jusqu’au")), render_kw={"type": "date"})

    def __init__(self, roles: Choices, scopes: Choices) -> None:
        """Offer the roles and scopes the reader may give."""
        super().__init__()
        self.role.choices, self.scope.choices = list(roles), list(scopes)

    def validate_role(self, field: SelectField) -> None:
        """Refuse what was not offered."""
        _refuse_unlisted(field)

    def validate_scope(self, field: SelectField) -> None:
        """Refuse what was not offered."""
        _refuse_unlisted(field)

    def chosen_scope(self) -> Scope:
        """Give the scope chosen."""
        kind, _colon, id_ = (self.scope.data or "").partition(":")
        return Scope(kind, id_)

    def starts_at(self, zone: str) -> datetime | None:
        """Give the beginning of the first day, or nothing for now."""
        return _midnight(self.first_day.day, zone) if self.first_day.day else None

    def ends_at(self, zone: str) -> datetime | None:
        """Give the end of the last day, which counts, or nothing for good."""
        return _end_of(self.last_day.day, zone)


class EndForm(FlaskForm):
    """Until when a role is held."""

    last_day = DayField(translated(N_("Jusqu’au")))

    def ends_at(self, zone: str) -> datetime | None:
        """Give the end of the last day, which counts, or nothing for good."""
        return _end_of(self.last_day.day, zone)


def _end_of(day: date | None, zone: str) -> datetime | None:
    return _midnight(day + timedelta(days=1), zone) if day else None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _refuse_unlisted(field: SelectField) -> None:
    if field.data not in {choice[0] for choice in field.choices or ()}:
        raise ValidationError(_("Choisissez dans la liste."))


class TeamForm(FlaskForm):
    """The name of a team."""

    name = StringField(translated(N_("Nom de l’équipe")), NAME, filters=[tidy])


class MemberForm(FlaskForm):
    """Who enters a team."""

    user = SelectField(translated(N_("Personne")), CHOSEN, validate_choice=False)

    def __init__(self, users: Choices) -> None:
        """Offer the people who may enter."""
        super().__init__()
        self.user.choices = list(users)

    def validate_user(self, field: SelectField) -> None:
        """Refuse whoever was not offered."""
        _refuse_unlisted(field)


class RoleNameForm(FlaskForm):
    """The name of a role."""

    name = StringField(translated(N_("Nom du rôle")), NAME, filters=[tidy])


class RoleForm(RoleNameForm):
    """The name of a role, and the one it begins like."""

    copied = SelectField(translated(N_("Commencer comme")), validate_choice=False)

    def __init__(self, roles: Choices) -> None:
        """Offer the roles to copy, after none."""
        super().__init__()
        self.copied.choices = [("", _("Un rôle vide")), *roles]

    def validate_copied(self, field: SelectField) -> None:
        """Refuse what was not offered."""
        _refuse_unlisted(field)

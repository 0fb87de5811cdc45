"""Form of the rules of booking."""

from typing import Any

from wtforms import BooleanField, Field, FieldList, FormField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import Length

from app.booking.models import BookingPolicy
from app.booking.opening import DurationBand
from app.booking.queries.houses import bands
from app.booking.seating import LONGEST_CHAIN, Rules
from app.booking.service.room import Answers, HouseRules
from app.booking.settings import CONFIRMATION, GUEST_SMS, KEPT_BEFORE, MOST_MOVES, NO_SHOW_LETTER, SPARE_SEATS
from app.booking.settings_forms.fields import LONGEST_STAY, BandForm, SettingsForm, bands_of, show_bands
from app.booking.settings_forms.policies import POLICIES
from app.kernel.fields import QUARTER, WholeField
from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_, _
from app.kernel.messages import Channel
from app.kernel.settings import Setting
from app.kernel.transports import is_open

STEPS = (15, 30, 45, 60, 90, 120)
GUARDS: dict[str, Setting[int]] = {"spare_seats": SPARE_SEATS, "most_moves": MOST_MOVES, "kept_before": KEPT_BEFORE}
TWO_MONTHS, TWO_YEARS = 60 * 24 * 60, 730


class RulesForm(SettingsForm):
    """How the house takes bookings."""

    slot_minutes = SelectField(translated(N_("Un horaire toutes les")), coerce=int, validate_choice=False)
    bands = FieldList(FormField(BandForm), translated(N_("Durée d’un repas")), max_entries=40)
    longest = WholeField(N_("Au-delà, en minutes"), least=QUARTER, most=LONGEST_STAY, step=QUARTER)
    turnover_minutes = WholeField(N_("Remise en place, en minutes"), most=240, step=QUARTER)
    min_notice_minutes = WholeField(N_("Délai minimal, en minutes"), most=TWO_MONTHS)
    max_advance_days = WholeField(N_("Ouverture à l’avance, en jours"), most=TWO_YEARS)
    max_covers_online = WholeField(N_("Le plus grand groupe en ligne"), least=1, most=999)
    large_party_text = TextAreaField(
        translated(N_("Ce qu’on dit aux plus grands groupes")),
        [Length(max=1000, message=translated(N_("1 000 caractères au plus."))), no_control_characters],
        filters=[tidy, lambda typed: typed.replace("\r\n", "\n")],
    )
    cancel_until_minutes = WholeField(N_("Annulation en ligne jusqu’à, en minutes"), most=TWO_MONTHS)
    hold_minutes = WholeField(N_("Table gardée pendant la saisie, en minutes"), least=1, most=60)
    confirmation = RadioField(translated(N_("Réponse aux réservations en ligne")), validate_choice=False)
    no_show_letter = BooleanField(translated(NO_SHOW_LETTER.label))
    guest_sms = RadioField(translated(N_("SMS aux clients")), validate_choice=False)
    engine = RadioField(translated(N_("Quand la salle paraît pleine")), validate_choice=False)
    spare_seats = WholeField(SPARE_SEATS.label, most=20)
    most_moves = WholeField(MOST_MOVES.label, least=1, most=LONGEST_CHAIN)
    kept_before = WholeField(KEPT_BEFORE.label, most=24 * 60)

    def __init__(self, policy: BookingPolicy, proposed: tuple[DurationBand, ...] | None = None, **options: Any) -> None:
        """Show the rules in force, with the durations somebody proposes in place of theirs."""
        super().__init__(obj=policy, **options)
        self.slot_minutes.choices = [(step, _("%(num)s minutes", num=step)) for step in STEPS]
        self.confirmation.choices = [(code, _(label)) for code, label in CONFIRMATION.choices]
        self.engine.choices = [(code, _(label)) for code, label in POLICIES]
        self.guest_sms.choices = [(code, _(label)) for code, label in GUEST_SMS.choices]
        if not is_open(Channel.SMS):
            del self.guest_sms
        if "formdata" in options or not self.is_submitted():
            self.longest.data = show_bands(self.bands, proposed or bands(policy.durations), least=3)
            self.confirmation.data = CONFIRMATION.value(establishment=str(policy.establishment_id))
            self.no_show_letter.data = NO_SHOW_LETTER.value(establishment=str(policy.establishment_id))
            for name, guard in GUARDS.items():
                self[name].data = guard.value(establishment=str(policy.establishment_id))
            if "guest_sms" in self:
                self.guest_sms.data = GUEST_SMS.value(establishment=str(policy.establishment_id))

    def validate_slot_minutes(self, field: Field) -> None:
        """Refuse a step that is not offered."""
        if field.data not in STEPS:
            raise ValidationError(_("Choisissez un pas de la liste."))

    def validate_confirmation(self, field: Field) -> None:
        """Refuse an answer that is not offered."""
        if field.data not in dict(CONFIRMATION.choices):
            raise ValidationError(_("Choisissez l’une des deux réponses."))

    def validate_guest_sms(self, field: Field) -> None:
        """Refuse an answer that is not offered."""
        if field.data not in dict(GUEST_SMS.choices):
            raise ValidationError(_("Choisissez l’une des trois réponses."))

    def validate_engine(self, field: Field) -> None:
        """Refuse a way of seating that is not offered."""
        if field.data not in dict(POLICIES):
            raise ValidationError(_("Choisissez l’une des trois façons de placer."))

    def answers(self) -> Answers:
        """Give how guests are answered."""
        guest_sms = self.guest_sms.data if "guest_sms" in self else None
        return Answers(self.confirmation.data, self.no_show_letter.data, guest_sms)

    def guards(self) -> dict[Setting[int], object]:
        """Give the limits within which others are moved."""
        return {guard: self[name].data for name, guard in GUARDS.items()}

    def wanted(self) -> HouseRules:
        """Give the rules as they should be."""
        return HouseRules(
            slot_minutes=self.slot_minutes.data,
            turnover_minutes=self.turnover_minutes.data,
            durations=bands_of(self.bands, self.longest.data) or (),
            online=Rules(self.min_notice_minutes.data, self.max_advance_days.data, self.max_covers_online.data),
            large_party_text=self.large_party_text.data or "",
            hold_minutes=self.hold_minutes.data,
            cancel_until_minutes=self.cancel_until_minutes.data,
            policy=self.engine.data,
        )

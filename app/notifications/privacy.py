"""What notifications hold of people: lines, choices and letters that name nobody, and go with the person."""

from app.kernel.languages import N_
from app.kernel.privacy import person_reference
from app.notifications.models import Delivery, Mute, Notification, Preference, PushDevice, Rhythm

for column in (
    Notification.person_id,
    Delivery.person_id,
    Preference.person_id,
    Rhythm.person_id,
    Mute.person_id,
    PushDevice.person_id,
):
    person_reference(column, label=N_("Notifications et préférences d’envoi"))

"""The pages where a manager sets the house: who it is, its room, its hours, its rules."""

from app.booking import permissions as may
from app.booking.settings_views import (  # noqa: F401 - they add their routes
    close_outs,
    days,
    embedding,
    furniture,
    hours,
    patience,
    plan,
    rules,
)
from app.booking.settings_views.blueprint import bp
from app.directory.permissions import MANAGE_ESTABLISHMENT
from app.kernel.languages import N_
from app.kernel.navigation import entry

__all__ = ["bp"]

entry(
    "settings",
    N_("Établissement"),
    "room.establishment_edit",
    icon="house",
    permission=MANAGE_ESTABLISHMENT,
    order=10,
    hint=N_("Nom, adresse, téléphone, fuseau horaire."),
)
entry(
    "settings",
    N_("Salle et tables"),
    "room.table_list",
    icon="table",
    permission=may.CONFIGURE,
    order=20,
    hint=N_("Les espaces, les tables et ce que chacune reçoit."),
)
entry(
    "settings",
    N_("Regroupements"),
    "room.combination_list",
    icon="link",
    permission=may.CONFIGURE,
    order=25,
    hint=N_("Les tables que l’on réunit pour les plus grands groupes."),
)
entry(
    "settings",
    N_("Services"),
    "room.shift_list",
    icon="clock",
    permission=may.CONFIGURE,
    order=30,
    hint=N_("Les jours et heures d’arrivée, la cadence en cuisine."),
)
entry(
    "settings",
    N_("Fermetures et jours particuliers"),
    "room.closure_list",
    icon="calendar-x",
    permission=may.CONFIGURE,
    order=35,
    hint=N_("Congés, terrasse ou horaires fermés, soirées à part."),
)
entry(
    "settings",
    N_("Règles de réservation"),
    "room.rules_edit",
    icon="journal",
    permission=may.CONFIGURE,
    order=40,
    hint=N_("Durées, délais, grands groupes, annulation, confirmation."),
)
entry(
    "settings",
    N_("Service en salle"),
    "room.patience_edit",
    icon="armchair",
    permission=may.CONFIGURE,
    order=42,
    hint=N_("Retards signalés, suspension en ligne, feuille par e-mail."),
)

"""What reservations hold of people: kept while they serve, then without names."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.booking import service
from app.booking.models import OCCUPYING, FloorTrial, Reservation, ReservationNote
from app.booking.queries.reservations import named_reservations_before, reservations_of
from app.kernel import clock
from app.kernel.db import db
from app.kernel.formats import full_date
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Found, Known, person_reference, personal_data, retention

person_reference(Reservation.guest_id, since=Reservation.starts_at, label=N_("Réservations"))


def _find(person_id: UUID) -> Found:
    reservations = reservations_of(person_id)
    return Found(
        records=[(Reservation.kind(), reservation.id) for reservation in reservations],
        names=[reservation.guest_name for reservation in reservations if reservation.last_name],
        addresses=[address for each in reservations for address in (each.email, each.phone)],
    )


def _export(known: Known) -> list[dict[str, Any]]:
    return [
        {
            _("Référence"): reservation.reference,
            _("Jour"): reservation.service_date,
            _("Heure"): reservation.local_time,
            _("Établissement"): reservation.establishment.name,
            _("Couverts"): reservation.covers,
            _("État"): reservation.state.label,
            _("Au nom de"): reservation.guest_name,
            _("Adresse e-mail"): reservation.email,
            _("Téléphone"): reservation.phone,
            _("Demande"): reservation.special_requests,
            _("Notes de l’équipe"): " / ".join(note.text for note in reservation.notes),
            _("Consentement donné le"): reservation.consent_at,
        }
        for reservation in reservations_of(known.person_id)
    ]


def _erase(known: Known) -> None:
    service.forget_guests(known.ids_of(Reservation.kind()))
    signed = sa.update(ReservationNote).where(ReservationNote.author.in_(known.names))
    db.session.execute(signed.values(author=""))
    asked = sa.update(FloorTrial).where(FloorTrial.created_by.in_(known.names))
    db.session.execute(asked.values(created_by=""))


def _obstacles(known: Known) -> list[str]:
    now = clock.now()
    return [
        _(
            "La réservation %(reference)s du %(day)s est encore à venir : annulez-la d’abord, ou attendez ce jour.",
            reference=reservation.reference,
            day=full_date(reservation.service_date),
        )
        for reservation in reservations_of(known.person_id)
        if reservation.state in OCCUPYING and reservation.ends_at > now
    ]


personal_data(
    "booking.reservations",
    N_("Réservations"),
    purpose=N_("Tenir les réservations : confirmer, rappeler, accueillir, compter les absences"),
    basis=Basis.CONTRACT,
    people=N_("Clients"),
    contents=N_(
        "Nom, prénom, adresse e-mail, téléphone, demandes particulières, notes de l’équipe, venues et absences"
    ),
    recipients=N_("L’équipe de la salle et de l’accueil"),
    kept=N_("Trois ans après le repas, puis sans nom"),
    on_erasure=N_(
        "Les réservations passées restent sans nom, pour les comptes de la maison ; notes et demandes partent."
    ),
    find=_find,
    export=_export,
    erase=_erase,
    obstacles=_obstacles,
)

retention(
    "booking.past_guests",
    N_("Noms des réservations passées"),
    kept_for=timedelta(days=3 * 365),
    why=N_("Trois ans après le dernier contact (référentiel de la CNIL sur la gestion commerciale)"),
    act=N_("Réservations gardées sans nom"),
    due=named_reservations_before,
    apply=service.forget_guests,
)

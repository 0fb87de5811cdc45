"""What the waiting list holds of people: kept a month after the day they waited for, then without names."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import WaitingEntry
from app.booking.waiting.queries import entries_of, named_entries_before
from app.kernel.db import db
from app.kernel.formats import full_date
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Found, Known, person_reference, personal_data, retention

person_reference(WaitingEntry.guest_id, since=WaitingEntry.closes_at, label=N_("Liste d’attente"))


def _find(person_id: UUID) -> Found:
    entries = entries_of(person_id)
    return Found(
        records=[(WaitingEntry.kind(), entry.id) for entry in entries],
        names=[entry.guest_name for entry in entries if entry.last_name],
        addresses=[address for entry in entries for address in (entry.email, entry.phone)],
    )


def _export(known: Known) -> list[dict[str, Any]]:
    return [
        {
            _("Jour"): entry.service_date,
            _("Service"): entry.shift,
            _("Au plus tôt"): entry.first_time,
            _("Au plus tard"): entry.last_time,
            _("Établissement"): entry.establishment.name,
            _("Couverts"): entry.covers,
            _("État"): entry.state.label,
            _("Au nom de"): entry.guest_name,
            _("Adresse e-mail"): entry.email,
            _("Téléphone"): entry.phone,
            _("Demande"): entry.special_requests,
            _("Consentement donné le"): entry.consent_at,
        }
        for entry in entries_of(known.person_id)
    ]


def _obstacles(known: Known) -> list[str]:
    return [
        _(
            "Une place est encore attendue pour le %(day)s : retirez d’abord l’inscription.",
            day=full_date(entry.service_date),
        )
        for entry in entries_of(known.person_id)
        if entry.is_live
    ]


def forget_entries(ids: list[UUID]) -> None:
    """Take from entries all that tells who waited; days, hours and covers stay, for the house's counts."""
    blank = {"first_name": "", "last_name": "", "email": "", "phone": "", "special_requests": ""}
    forgotten = sa.update(WaitingEntry).where(WaitingEntry.id.in_(ids))
    db.session.execute(forgotten.values(**blank, search_text="", search_contact="", visitor=None))
    db.session.expire_all()


personal_data(
    "booking.waiting",
    N_("Liste d’attente"),
    purpose=N_("Proposer une place libérée à qui l’attend, dans l’ordre"),
    basis=Basis.CONTRACT,
    people=N_("Clients"),
    contents=N_("Nom, prénom, adresse e-mail, téléphone, demande particulière, jour et heures acceptées"),
    recipients=N_("L’équipe de l’accueil"),
    kept=N_("Un mois après le jour attendu, puis sans nom"),
    on_erasure=N_("Les inscriptions passées restent sans nom, pour les comptes de la maison."),
    find=_find,
    export=_export,
    erase=lambda known: forget_entries(known.ids_of(WaitingEntry.kind())),
    obstacles=_obstacles,
)
retention(
    "booking.past_waiting",
    N_("Noms de la liste d’attente"),
    kept_for=timedelta(days=30),
    why=N_("Un mois suffit pour répondre à qui demande ce qu’est devenue son inscription"),
    act=N_("Inscriptions gardées sans nom"),
    due=named_entries_before,
    apply=forget_entries,
)

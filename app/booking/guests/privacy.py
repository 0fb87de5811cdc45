"""What the house remembers of guests: kept while they come, their health less long than the rest."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.booking.guests.settings import HEALTH_DAYS
from app.booking.models import GuestNote, GuestProfile, GuestTagging, HealthMention
from app.booking.queries import guests as queries
from app.kernel.db import db
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Known, person_reference, personal_data, retention

person_reference(GuestTagging.person_id, since=GuestTagging.given_at, label=N_("Étiquettes"))
person_reference(GuestProfile.person_id, since=GuestProfile.changed_at, label=N_("Préférences"))
person_reference(GuestNote.person_id, since=GuestNote.written_at, label=N_("Notes sur le convive"))
person_reference(HealthMention.person_id, since=HealthMention.consent_at, label=N_("Données de santé"))


def _export(known: Known) -> list[dict[str, Any]]:
    profile = queries.profile_of(known.person_id)
    rows: list[dict[str, Any]] = []
    if profile is not None:
        birthday = f"{profile.birth_day}/{profile.birth_month}" if profile.birth_day else ""
        rows.append(
            {
                _("Salle préférée"): profile.area,
                _("Table préférée"): profile.table_code,
                _("Préférences"): profile.wishes,
                _("Anniversaire"): birthday,
            }
        )
    tags = queries.tags_of([known.person_id])[known.person_id]
    rows += [{_("Étiquette"): tag.name} for tag in tags]
    rows += [{_("Note"): note.text, _("Écrite le"): note.written_at} for note in queries.notes_of(known.person_id)]
    return rows


def _erase(known: Known) -> None:
    for model in (GuestTagging, GuestProfile, GuestNote):
        db.session.execute(sa.delete(model).where(model.person_id == known.person_id))
    signed = sa.update(GuestNote).where(GuestNote.author.in_(known.names))
    db.session.execute(signed.values(author=""))


def _export_health(known: Known) -> list[dict[str, Any]]:
    return [
        {
            _("Nature"): mention.nature.label,
            _("Mention"): mention.text,
            _("Accord donné le"): mention.consent_at,
        }
        for mention in queries.health_of(known.person_id)
    ]


def _erase_health(known: Known) -> None:
    db.session.execute(sa.delete(HealthMention).where(HealthMention.person_id == known.person_id))
    signed = sa.update(HealthMention).where(HealthMention.recorded_by.in_(known.names))
    db.session.execute(signed.values(recorded_by=""))


def _stale_health(now: datetime) -> sa.Select[Any]:
    before = now - timedelta(days=HEALTH_DAYS.value())
    return queries.stale_health(before, before)


def _forget_health(ids: list[UUID]) -> None:
    db.session.execute(sa.delete(HealthMention).where(HealthMention.id.in_(ids)))


personal_data(
    "booking.guests",
    N_("Fiches des convives"),
    purpose=N_("Recevoir chacun comme il l’aime : table, habitudes, anniversaire"),
    basis=Basis.INTEREST,
    people=N_("Clients"),
    contents=N_("Étiquettes, salle et table préférées, jour d’anniversaire sans l’année, notes de l’équipe"),
    recipients=N_("L’équipe de la salle et de l’accueil"),
    kept=N_("Aussi longtemps que la fiche de la personne"),
    on_erasure=N_("Effacées."),
    export=_export,
    erase=_erase,
)
personal_data(
    "booking.health",
    N_("Allergies et santé des convives"),
    purpose=N_("Servir sans danger et recevoir dignement : allergies, régimes, accès en fauteuil roulant"),
    basis=Basis.CONSENT,
    people=N_("Clients qui l’ont accepté (article 9, 2, a)"),
    contents=N_("Ce que la personne a dit de sa santé, et quand elle a accepté que ce soit noté"),
    recipients=N_("L’accueil ; la salle et la cuisine, pour les seuls convives du jour. Chaque lecture est notée."),
    kept=N_("Cent quatre-vingts jours après la dernière venue, ou le délai réglé par la maison"),
    on_erasure=N_("Effacées."),
    export=_export_health,
    erase=_erase_health,
)
retention(
    "booking.health",
    N_("Allergies et santé des convives"),
    kept_for=timedelta(0),
    why=N_("Ces données ne servent qu’à recevoir : elles partent quand la personne ne vient plus (réglable)"),
    act=N_("Supprimées"),
    due=_stale_health,
    apply=_forget_health,
)

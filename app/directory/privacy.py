"""What the directory holds of people."""

from typing import Any
from uuid import UUID

from app.directory import queries, service
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Found, Known, personal_data


def _find(person_id: UUID) -> Found:
    person = queries.person(person_id)
    if person is None:
        return Found()
    return Found(
        records=[("Person", person.id)], names=[person.full_name], addresses=[person.email or "", person.phone or ""]
    )


def _export(known: Known) -> list[dict[str, Any]]:
    person = queries.person(known.person_id)
    if person is None:
        return []
    return [
        {
            _("Prénom"): person.first_name,
            _("Nom"): person.last_name,
            _("Adresse e-mail"): person.email or "",
            _("Téléphone"): person.phone or "",
            _("Langue"): person.language,
            _("Connue depuis"): person.created_at,
        }
    ]


def _erase(known: Known) -> None:
    person = queries.person(known.person_id)
    if person is not None:
        service.blank_person(person)


personal_data(
    "directory.people",
    N_("Identité et coordonnées"),
    purpose=N_("Reconnaître les personnes que la maison reçoit ou emploie, et les joindre"),
    basis=Basis.CONTRACT,
    people=N_("Clients, équipe"),
    contents=N_("Nom, prénom, adresse e-mail, téléphone, langue"),
    recipients=N_("L’équipe, selon ses droits"),
    kept=N_("Trois ans après la dernière venue ou le dernier usage du compte"),
    on_erasure=N_("Effacées. Il reste une fiche sans nom, à laquelle les réservations passées sont rattachées."),
    find=_find,
    export=_export,
    erase=_erase,
)

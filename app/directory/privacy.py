"""What the directory holds of people."""

from typing import Any
from uuid import UUID

from app.directory import merging, queries, service
from app.directory.models import DistinctPeople, Person, PersonMerge
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Found, Known, person_reference, personal_data, retention

person_reference(PersonMerge.kept_id, since=PersonMerge.merged_at, moves=False)
person_reference(PersonMerge.merged_id, since=PersonMerge.merged_at, moves=False)
person_reference(DistinctPeople.first_id, since=DistinctPeople.decided_at, moves=False)
person_reference(DistinctPeople.second_id, since=DistinctPeople.decided_at, moves=False)


def _find(person_id: UUID) -> Found:
    person = queries.person(person_id)
    if person is None:
        return Found()
    merges = queries.merges_into(person_id)
    people = [person, *(merge.merged for merge in merges)]
    return Found(
        records=[("Person", each.id) for each in people],
        names=[each.full_name for each in people if each.erased_at is None],
        addresses=[
            *(address or "" for each in people for address in (each.email, each.phone)),
            *(merge.known_as or "" for merge in merges),
            *(merge.fields.get("before", {}).get("merged", {}).get("email") or "" for merge in merges),
        ],
    )


def _export(known: Known) -> list[dict[str, Any]]:
    person = queries.person(known.person_id)
    if person is None:
        return []
    return [
        *(_row(each) for each in (person, *(merge.merged for merge in queries.merges_into(person.id)))),
        *(
            {_("Reconnue aussi à l’adresse"): merge.known_as}
            for merge in queries.merges_into(person.id)
            if merge.known_as
        ),
    ]


def _row(person: Person) -> dict[str, Any]:
    return {
        _("Prénom"): person.first_name,
        _("Nom"): person.last_name,
        _("Adresse e-mail"): person.email or "",
        _("Téléphone"): person.phone or "",
        _("Langue"): person.language,
        _("Connue depuis"): person.created_at,
    }


def _erase(known: Known) -> None:
    person = queries.person(known.person_id)
    if person is not None:
        service.blank_person(person)
        merging.forget_merges_into(person.id)


def _obstacles(known: Known) -> list[str]:
    person = queries.person(known.person_id)
    if person is None or person.erased_at is not None or queries.standing(person) is person:
        return []
    return [
        _("Cette fiche est réunie à celle de %(name)s : effacez celle-là.", name=queries.standing(person).full_name)
    ]


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
    obstacles=_obstacles,
)

retention(
    "directory.merges",
    N_("Réunions de fiches qui peuvent être défaites"),
    kept_for=merging.KEPT_FOR,
    why=N_("Trente jours pour s’apercevoir d’une erreur et la défaire"),
    act=N_("La fiche vidée perd son nom ; ce qui n’a pas pu suivre est effacé"),
    due=queries.merges_due,
    apply=merging.settle_merges,
)

"""What wishes that wait for an answer hold of people: for two days, under the address they typed."""

from typing import Any

from app.booking import service
from app.booking.queries.open_wishes import wishes_from
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Known, personal_data


def _export(known: Known) -> list[dict[str, Any]]:
    return [
        {
            _("Jour"): wish.service_date,
            _("Heure"): wish.local_time,
            _("Établissement"): wish.establishment.name,
            _("Couverts"): wish.covers,
            _("État"): wish.state.label,
            _("Au nom de"): wish.guest_name,
            _("Adresse e-mail"): wish.email,
            _("Téléphone"): wish.phone,
            _("Demande"): wish.special_requests,
        }
        for wish in wishes_from(known.addresses)
    ]


def _erase(known: Known) -> None:
    service.forget_wishes_from(known.addresses)


personal_data(
    "booking.open_wishes",
    N_("Demandes en vérification"),
    purpose=N_("Répondre aux demandes de table qui n’ont pas pu l’être aussitôt"),
    basis=Basis.CONTRACT,
    people=N_("Clients"),
    contents=N_("Nom, prénom, adresse e-mail, téléphone, demande particulière"),
    recipients=N_("Personne : la réponse est donnée par le logiciel"),
    kept=N_("Deux jours"),
    on_erasure=N_("Tout part."),
    export=_export,
    erase=_erase,
)

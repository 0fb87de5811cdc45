"""What payments hold of people: of whom a sum was asked. The books themselves name nobody."""

from typing import Any
from uuid import UUID

from app.kernel.formats import euros
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Found, Known, person_reference, personal_data
from app.payments import queries, service
from app.payments.models import Payment, Receivable

person_reference(Receivable.person_id, since=Receivable.created_at, label=N_("Sommes demandées"))


def _find(person_id: UUID) -> Found:
    asked = queries.receivables_asked_of(person_id)
    paid = [payment for receivable in asked for payment in queries.payments_of(receivable)]
    return Found(
        records=[
            *((Receivable.kind(), receivable.id) for receivable in asked),
            *((Payment.kind(), payment.id) for payment in paid),
        ],
        names=[receivable.payer_name for receivable in asked],
        addresses=[receivable.payer_email for receivable in asked],
    )


def _export(known: Known) -> list[dict[str, Any]]:
    return [
        {
            _("Demandée le"): receivable.created_at,
            _("Libellé"): receivable.label,
            _("Montant"): euros(receivable.amount),
            _("Payé"): euros(queries.paid_on(receivable)),
            _("État"): receivable.standing,
        }
        for receivable in queries.receivables_asked_of(known.person_id)
    ]


def _erase(known: Known) -> None:
    service.forget_payer(known.person_id)


personal_data(
    "payments.receivables",
    N_("Sommes demandées et paiements"),
    purpose=N_("Garantir une réservation, encaisser, rendre"),
    basis=Basis.CONTRACT,
    people=N_("Clients"),
    contents=N_("Nom, adresse e-mail, somme, dates, moyen de paiement ; de la carte, quatre chiffres au plus"),
    recipients=N_("L’équipe ; Stripe, qui encaisse ; l’expert-comptable"),
    kept=N_(
        "Une carte, tant qu’elle garantit ; dix ans les écritures, qui ne nomment personne (Code de commerce, article "
        "L123-22)"
    ),
    on_erasure=N_(
        "Nom, adresse et carte sont effacés, la carte chez Stripe aussi ; les écritures restent, sans nom : la loi les "
        "demande dix ans."
    ),
    find=_find,
    export=_export,
    erase=_erase,
)

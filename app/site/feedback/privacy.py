"""What feedback holds of people: what they said, and the address they left for an answer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.kernel.attachments import attached_to
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Found, Known, person_reference, personal_data, retention
from app.site.feedback import service
from app.site.feedback.models import Feedback
from app.site.feedback.queries import left_before, left_by

person_reference(Feedback.person_id, label=N_("Avis des visiteurs"))


def _find(person_id: UUID) -> Found:
    said = left_by(person_id, ())
    addresses = [feedback.email for feedback in said]
    return Found(records=[(Feedback.kind(), feedback.id) for feedback in said], addresses=addresses)


def _export(known: Known) -> list[dict[str, Any]]:
    return [
        {
            _("Laissé le"): feedback.created_at,
            _("Nature"): feedback.nature.label,
            _("Ce qui est dit"): feedback.text,
            _("Depuis la page"): feedback.page,
            _("Adresse pour répondre"): feedback.email,
            _("État"): feedback.state.label,
            _("Note de l’équipe"): feedback.team_note,
            _("Fichiers joints"): ", ".join(each.filename for each in attached_to(feedback)),
        }
        for feedback in left_by(known.person_id, known.addresses)
    ]


def _erase(known: Known) -> None:
    service.forget_feedback([feedback.id for feedback in left_by(known.person_id, known.addresses)])


personal_data(
    "feedback.feedback",
    N_("Avis des visiteurs"),
    purpose=N_("Améliorer la maison et ses pages, répondre à qui le demande"),
    basis=Basis.INTEREST,
    people=N_("Visiteurs et équipe"),
    contents=N_("Ce qui est écrit, la page d’où l’on vient, l’adresse e-mail si elle est donnée, les fichiers joints"),
    recipients=N_("L’équipe qui lit les avis"),
    kept=N_("Deux ans"),
    on_erasure=N_("Les avis de la personne sont supprimés."),
    find=_find,
    export=_export,
    erase=_erase,
)

retention(
    "feedback.old_feedback",
    N_("Avis des visiteurs"),
    kept_for=timedelta(days=2 * 365),
    why=N_("Deux ans : le temps d’en tirer ce qu’ils apprennent"),
    act=N_("Avis supprimés"),
    due=left_before,
    apply=service.forget_feedback,
)

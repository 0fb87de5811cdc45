"""The words around the letters of the slice itself: one notice told alone, and the digest."""

from app.directory.models import Establishment, Person
from app.kernel import clock
from app.kernel.languages import N_, _, ngettext
from app.kernel.letters import Letter
from app.kernel.wordings import Tag, wording
from app.notifications.models import Notification
from app.notifications.notices import announcement_letter, digest_letter
from app.notifications.queries import Line

HOUSE = Tag("maison", N_("Nom de la maison"), lambda words: words["sender_name"])


def _sample_line() -> Line:
    now = clock.now()
    told = Notification(first_at=now, last_at=now, repeats=0)
    text = _("Camille Moreau a réservé : 4 couverts, samedi à 20 h 15.")
    return Line(told, text, _("Nouvelle réservation en ligne"), _("Réservations"), None)


def _sample_announcement(house: Establishment) -> Letter:
    return announcement_letter(_sample_line(), house, required=False)


def _sample_digest(house: Establishment) -> Letter:
    reader = Person(first_name="Chloé", last_name="Martin")
    return digest_letter(reader, [_sample_line()], house)


wording(
    "notifications.announcement",
    N_("Avis envoyé aussitôt"),
    subject="{message}",
    opening=("{message}",),
    tags=(
        Tag("message", N_("Ce qui s’est passé"), lambda words: words["line"].text),
        Tag("avis", N_("Nom de l’avis"), lambda words: words["line"].label),
        Tag("categorie", N_("Catégorie de l’avis"), lambda words: words["line"].category),
        HOUSE,
    ),
    sample=_sample_announcement,
)
wording(
    "notifications.digest",
    N_("Résumé des avis"),
    subject=N_("{avis} dans votre résumé"),
    opening=(N_("Bonjour {prenom},"), N_("Voici {avis} depuis votre dernier résumé.")),
    tags=(
        Tag("prenom", N_("Prénom de la personne"), lambda words: words["person"].first_name),
        Tag("avis", N_("Nombre d’avis"), lambda words: ngettext("%(num)s avis", "%(num)s avis", words["count"])),
        HOUSE,
    ),
    sample=_sample_digest,
)

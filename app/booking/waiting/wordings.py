"""The words around the card of each letter to a waiting party, which a house may change."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.booking.letters import public
from app.booking.models import WaitingEntry
from app.booking.waiting.letters import letter_about
from app.booking.wordings import GREETING
from app.directory.models import Establishment
from app.kernel.formats import full_date
from app.kernel.languages import N_, _
from app.kernel.letters import Letter
from app.kernel.wordings import Tag, wording

LAPSED = "booking.waiting_lapsed"


def _first_name(words: Mapping[str, Any]) -> str:
    entry: WaitingEntry = words["entry"]
    return entry.first_name or entry.guest_name


TAGS = (
    Tag("prenom", N_("Prénom du client, ou son nom"), _first_name),
    Tag("nom", N_("Prénom et nom du client"), lambda words: words["entry"].guest_name),
    Tag("jour", N_("Jour attendu"), lambda words: words["day"]),
    Tag("heures", N_("Heures acceptées"), lambda words: words["window"]),
    Tag("couverts", N_("Nombre de couverts"), lambda words: words["party"]),
    Tag("maison", N_("Nom de la maison"), lambda words: words["sender_name"]),
    Tag("telephone", N_("Téléphone de la maison"), lambda words: words["phone"]),
)
PLACE = (
    Tag("heure", N_("Heure de la place proposée"), lambda words: words["time"]),
    Tag("limite", N_("Jusqu’à quand la place est gardée"), lambda words: words["until"]),
)


def _sample(texts: str, code: str = "", *, offered: bool = False) -> Callable[[Establishment], Letter]:
    """Give a letter to a party that does not exist, about an evening three days from now."""

    def compose(house: Establishment) -> Letter:
        day = house.today() + timedelta(days=3)
        entry = WaitingEntry(
            establishment=house,
            establishment_id=house.id,
            service_date=day,
            shift=_("Dîner"),
            first_minutes=19 * 60,
            last_minutes=20 * 60 + 30,
            covers=4,
            first_name="Camille",
            last_name="Moreau",
            special_requests=_("Une chaise haute, s’il vous plaît"),
        )
        place = {"time": "20:15", "until": f"12:45, {full_date(house.today())}"} if offered else {}
        letter = letter_about(entry, public("/liste-attente/exemple"), **place)
        letter.texts, letter.wording = texts, code
        return letter

    return compose


wording(
    "booking.waiting_joined",
    N_("Inscription en liste d’attente"),
    subject=N_("Liste d’attente : {jour}, {couverts}"),
    opening=(
        GREETING,
        N_(
            "Vous êtes sur notre liste d’attente. Si une place se libère pour vous, nous vous écrivons aussitôt : "
            "elle vous est gardée le temps de répondre."
        ),
    ),
    tags=TAGS,
    sample=_sample("booking.waiting_joined"),
)
wording(
    "booking.waiting_offered",
    N_("Une place s’est libérée"),
    subject=N_("Une place s’est libérée : {jour} à {heure}"),
    opening=(GREETING, N_("Une place s’est libérée pour vous.")),
    tags=(*TAGS, *PLACE),
    sample=_sample("booking.waiting_offered", offered=True),
)
wording(
    "booking.waiting_undone",
    N_("Une place proposée n’est plus possible"),
    subject=N_("La place proposée n’est plus possible : {jour}"),
    opening=(
        GREETING,
        N_(
            "Nous vous avions proposé une place le {jour} à {heure}. La maison a dû changer quelque chose depuis, et "
            "nous ne pouvons plus vous la donner. Nous vous prions de nous en excuser."
        ),
        N_(
            "Votre inscription reste : vous êtes en tête de la liste, et la première place qui vous convient vous sera "
            "proposée."
        ),
    ),
    tags=(*TAGS, PLACE[0]),
    sample=_sample("booking.waiting_undone", offered=True),
)
wording(
    LAPSED,
    N_("Place restée sans réponse"),
    subject=N_("L’offre a expiré : {jour}"),
    opening=(
        GREETING,
        N_(
            "Sans réponse de votre part, la place gardée pour vous le {jour} a été rendue à d’autres. "
            "Votre inscription a pris fin."
        ),
    ),
    tags=TAGS,
    sample=_sample("booking.waiting_over", LAPSED),
)
wording(
    "booking.waiting_over",
    N_("Aucune place ne s’est libérée"),
    subject=N_("Aucune place ne s’est libérée : {jour}"),
    opening=(
        GREETING,
        N_("Aucune place ne s’est libérée pour vous le {jour}, et l’heure est maintenant trop proche."),
        N_("Nous le regrettons, et espérons vous recevoir un autre jour."),
    ),
    tags=TAGS,
    sample=_sample("booking.waiting_over"),
)

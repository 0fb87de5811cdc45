"""The words around the card of each letter to a guest, which a house may change, and the tags they may use."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.booking import letters
from app.booking.documents import CONFIRMATION, SHEET
from app.booking.models import Reservation
from app.booking.models import ReservationState as S
from app.booking.presentation.room import day_title
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.formats import clock_time
from app.kernel.languages import N_, _, ngettext
from app.kernel.letters import Letter
from app.kernel.wordings import Tag, wording

CANCELLED_BY_HOUSE = "booking.cancelled_by_house"
GREETING = N_("Bonjour {prenom},")


def _first_name(words: Mapping[str, Any]) -> str:
    reservation: Reservation = words["reservation"]
    return reservation.first_name or reservation.guest_name


TAGS = (
    Tag("prenom", N_("Prénom du client, ou son nom"), _first_name),
    Tag("nom", N_("Prénom et nom du client"), lambda words: words["reservation"].guest_name),
    Tag("jour", N_("Jour de la venue"), lambda words: words["day"]),
    Tag("heure", N_("Heure de la venue"), lambda words: words["time"]),
    Tag("couverts", N_("Nombre de couverts"), lambda words: words["party"]),
    Tag("reference", N_("Référence de la réservation"), lambda words: words["reservation"].reference),
    Tag("maison", N_("Nom de la maison"), lambda words: words["sender_name"]),
    Tag("telephone", N_("Téléphone de la maison"), lambda words: words["phone"]),
)
REASON = Tag("motif", N_("Motif de l’annulation"), lambda words: words["reason"])


def _sample(state: S, texts: str, code: str = "") -> Callable[[Establishment], Letter]:
    """Give a letter to a guest who does not exist, about an evening three days from now."""

    def compose(house: Establishment) -> Letter:
        day, at = house.today() + timedelta(days=3), time(20, 15)
        reservation = Reservation(
            establishment=house,
            establishment_id=house.id,
            reference="K7MN3PQ",
            service_date=day,
            local_time=at,
            starts_at=datetime.combine(day, at, ZoneInfo(house.timezone)).astimezone(clock.now().tzinfo),
            duration_minutes=105,
            covers=4,
            state=state,
            first_name="Camille",
            last_name="Moreau",
            special_requests=_("Une chaise haute, s’il vous plaît"),
        )
        url = letters.public("/reservations/exemple")
        words = {
            "manage_url": url,
            "cancel_url": url,
            "booking_url": letters.public("/reserver"),
            "reason": _("Fuite d’eau en cuisine"),
        }
        letter = letters.letter_about(reservation, words, [])
        letter.texts, letter.wording = texts, code
        return letter

    return compose


wording(
    "booking.requested",
    N_("Demande de réservation reçue"),
    subject=N_("Votre demande est bien reçue : {jour} à {heure}"),
    opening=(
        GREETING,
        N_("Merci de votre demande. Une table vous est gardée ; nous vous écrirons dès que nous l’aurons confirmée."),
    ),
    tags=TAGS,
    sample=_sample(S.REQUESTED, "booking.requested"),
)
wording(
    "booking.confirmed",
    N_("Réservation confirmée"),
    subject=N_("Votre table est réservée : {jour} à {heure}"),
    opening=(GREETING, N_("Votre table est réservée. Nous aurons plaisir à vous recevoir.")),
    tags=TAGS,
    sample=_sample(S.CONFIRMED, "booking.confirmed"),
)
wording(
    "booking.changed",
    N_("Réservation modifiée"),
    subject=N_("Votre réservation est modifiée : {jour} à {heure}"),
    opening=(GREETING, N_("Votre réservation est modifiée. Voici ce qui vaut désormais.")),
    tags=TAGS,
    sample=_sample(S.CONFIRMED, "booking.changed"),
)
wording(
    "booking.cancelled",
    N_("Réservation annulée par le client"),
    subject=N_("Votre réservation est annulée : {jour} à {heure}"),
    opening=(
        GREETING,
        N_("Votre réservation est annulée, comme vous l’avez demandé. Vous n’avez rien d’autre à faire."),
    ),
    tags=TAGS,
    sample=_sample(S.CANCELLED, "booking.cancelled"),
)
wording(
    CANCELLED_BY_HOUSE,
    N_("Réservation annulée par la maison"),
    subject=N_("Votre réservation est annulée : {jour} à {heure}"),
    opening=(
        GREETING,
        N_("Nous avons dû annuler votre réservation, et nous en sommes désolés."),
        N_("Motif : {motif}"),
    ),
    tags=(*TAGS, REASON),
    sample=_sample(S.CANCELLED, "booking.cancelled", CANCELLED_BY_HOUSE),
)
wording(
    "booking.reminder",
    N_("Rappel de la veille"),
    subject=N_("C’est demain : {couverts} à {heure}"),
    opening=(
        GREETING,
        N_(
            "Votre table vous attend demain. "
            "Si vous ne pouvez pas venir, dites-le-nous : quelqu’un d’autre en profitera."
        ),
    ),
    tags=TAGS,
    sample=_sample(S.CONFIRMED, "booking.reminder"),
)
wording(
    "booking.no_show",
    N_("Mot après une absence"),
    subject=N_("Votre table vous attendait : {jour} à {heure}"),
    opening=(
        GREETING,
        N_("Nous vous attendions {jour} à {heure}, et votre table est restée vide. Nous espérons que tout va bien."),
        N_("La prochaine fois, un mot avant l’heure suffit : quelqu’un d’autre profitera de la table."),
    ),
    closing=(N_("Si vous étiez des nôtres, c’est notre erreur : répondez à ce message pour nous le dire."),),
    tags=TAGS,
    sample=_sample(S.NO_SHOW, "booking.no_show"),
)
wording(
    "booking.link",
    N_("Lien de gestion d’une réservation"),
    subject=N_("Votre réservation du {jour} : le lien demandé"),
    opening=(GREETING, N_("Voici le lien pour voir, changer ou annuler votre réservation.")),
    tags=TAGS,
    sample=_sample(S.CONFIRMED, "booking.link"),
)


# --- papers -----------------------------------------------------------------------------------------------------


def _sample_paper(house: Establishment) -> Letter:
    letter = _sample(S.CONFIRMED, "")(house)
    return Letter({**letter.context, "issuer": house.name}, house.name)


wording(
    CONFIRMATION.code,
    CONFIRMATION.label,
    subject=N_("Une table vous attend"),
    opening=(),
    closing=(N_("{regle}"),),
    tags=(
        *(replace(tag, needed=tag.name in ("jour", "heure", "reference")) for tag in TAGS),
        Tag("regle", N_("Jusqu’à quand on peut annuler"), lambda words: words["rule"]),
    ),
    sample=_sample_paper,
    is_paper=True,
)


def _sample_sheet(house: Establishment) -> Letter:
    rows = [
        {"time": clock_time(time(19, 30)), "name": "Jeanne Leroy", "covers": 2, "tables": "T4", "note": ""},
        {
            "time": clock_time(time(20, 15)),
            "name": "Camille Moreau",
            "covers": 4,
            "tables": "T7 + T8",
            "note": _("Une chaise haute, s’il vous plaît"),
        },
    ]
    words = {
        "establishment": house,
        "issuer": house.name,
        "title": day_title(house.today()),
        "rows": rows,
        "covers": 6,
        "parties": 2,
        "drawn_at": clock_time(time(17, 45)),
    }
    return Letter(words, house.name)


wording(
    SHEET.code,
    SHEET.label,
    subject="{jour}",
    opening=(),
    tags=(
        Tag("jour", N_("Jour du service"), lambda words: words["title"], needed=True),
        Tag(
            "couverts",
            N_("Nombre de couverts attendus"),
            lambda words: ngettext("%(num)s couvert", "%(num)s couverts", words["covers"]),
        ),
        Tag(
            "groupes",
            N_("Nombre de groupes attendus"),
            lambda words: ngettext("%(num)s groupe", "%(num)s groupes", words["parties"]),
        ),
        Tag("maison", N_("Nom de la maison"), lambda words: words["sender_name"]),
    ),
    sample=_sample_sheet,
    is_paper=True,
)

"""The engine's answers in words: what keeps the table from a guest, the rules the team set aside."""

from collections.abc import Iterable

from app.booking.queries import House
from app.booking.seating import Override, Reason, Refusal
from app.kernel.formats import delay_in_words, phone
from app.kernel.languages import N_, _, ngettext, typographic

SHORTLY = {
    Reason.PARTY_TOO_SMALL: N_("trop peu de couverts"),
    Reason.PARTY_TOO_LARGE: N_("groupe trop grand"),
    Reason.CLOSED: N_("maison fermée"),
    Reason.NOT_OFFERED: N_("horaire non proposé"),
    Reason.PAST: N_("moment passé"),
    Reason.TOO_SOON: N_("trop proche"),
    Reason.TOO_FAR: N_("trop lointain"),
    Reason.PACING: N_("rythme des arrivées"),
    Reason.AREA: N_("espace complet"),
    Reason.UNIT_UNFIT: N_("table de mauvaise taille"),
    Reason.UNIT_TAKEN: N_("table prise"),
    Reason.NO_TABLE: N_("plus de table"),
    Reason.CLOSED_OUT: N_("horaire fermé"),
    Reason.PAUSED: N_("réservations suspendues"),
    Reason.ONLINE_QUOTA: N_("quota en ligne atteint"),
    Reason.KEPT_TABLES: N_("tables gardées pour la maison"),
    Reason.TABLE_CLOSED: N_("table fermée"),
}
CLOSINGS = {
    Reason.CLOSED_OUT: N_("La maison ne reçoit personne à cet horaire ce jour-là. Choisissez-en un autre."),
    Reason.TABLE_CLOSED: N_("Les tables qui conviendraient sont fermées à cet horaire. Choisissez-en un autre."),
}
ONLINE_ONLY = {
    Reason.PAUSED: N_("La maison a suspendu les réservations en ligne pour les prochains horaires."),
    Reason.ONLINE_QUOTA: N_("Toutes les places proposées en ligne pour ce service sont prises."),
    Reason.KEPT_TABLES: N_("Les tables encore libres à cet horaire ne se réservent pas en ligne."),
}
RULES = {
    Override.ONLINE_LIMIT: N_("taille des groupes en ligne"),
    Override.NOTICE: N_("délai minimal"),
    Override.PAST: N_("heure passée"),
    Override.ADVANCE: N_("réservation au plus tôt"),
    Override.PACING: N_("rythme des arrivées"),
    Override.FIT: N_("taille ou espace de la table"),
    Override.CLOSE_OUT: N_("fermeture partielle"),
}


def reason_choices() -> list[tuple[str, str]]:
    """Give every reason of a refusal with its short name."""
    return [(reason.value, _(words)) for reason, words in SHORTLY.items()]


def rules_in_words(overridden: Iterable[str]) -> str:
    """Name the rules of the house that were set aside."""
    return ", ".join(_(RULES[Override(code)]) for code in overridden)


def explained(refusal: Refusal, house: House) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence per reason
    """Say why the house refuses, naming the rule and the way out."""
    if refusal.reason in CLOSINGS:
        return _(CLOSINGS[refusal.reason])
    if refusal.reason in ONLINE_ONLY:
        return _(ONLINE_ONLY[refusal.reason]) + _by_phone(house)
    limit = refusal.limit or 0
    match refusal.reason:
        case Reason.PARTY_TOO_SMALL:
            return ngettext("Indiquez au moins %(num)s couvert.", "Indiquez au moins %(num)s couverts.", max(limit, 1))
        case Reason.PARTY_TOO_LARGE:
            return typographic(house.large_party_text) or ngettext(
                "En ligne, nous prenons au plus %(num)s couvert. Au-delà, appelez-nous.",
                "En ligne, nous prenons au plus %(num)s couverts. Au-delà, appelez-nous.",
                limit,
            )
        case Reason.CLOSED:
            return _("La maison est fermée ce jour-là. Choisissez une autre date.")
        case Reason.NOT_OFFERED:
            return _("Cet horaire n’est pas proposé. Choisissez-en un dans la liste.")
        case Reason.PAST:
            return _("Cette date ou cet horaire est passé. Choisissez-en un à venir.")
        case Reason.TOO_SOON:
            return _("Cet horaire est trop proche : nous demandons %(delay)s de délai.", delay=delay_in_words(limit))
        case Reason.TOO_FAR:
            return ngettext(
                "Les réservations ouvrent %(num)s jour à l’avance.",
                "Les réservations ouvrent %(num)s jours à l’avance.",
                limit,
            )
        case Reason.PACING:
            return _("La cuisine reçoit déjà tous les convives qu’elle peut à cet horaire.")
        case Reason.AREA:
            return _("Cette partie de la salle ne peut pas recevoir autant de convives.")
        case Reason.UNIT_UNFIT:
            return _("Cette table ne convient pas à ce nombre de couverts.")
        case Reason.UNIT_TAKEN:
            return _("Cette table est déjà prise à cet horaire.")
        case _:
            return _("Il n’y a plus de table à cet horaire.")


def _by_phone(house: House) -> str:
    """Offer the telephone, when the house has one."""
    if not house.phone:
        return ""
    return " " + _("Appelez-nous au %(phone)s, nous verrons ce qui reste.", phone=phone(house.phone))

"""What of keys and events does not fit, said plainly, with what to do."""

from datetime import timedelta

from app.kernel import clock
from app.kernel.languages import ngettext
from app.payments import queries
from app.payments.models import EventTrouble
from app.payments.provider.client import is_connected, is_live, key_mark

A_MONTH = timedelta(days=30)


def troubles() -> list[str]:
    """Give a sentence for each thing that does not fit."""
    now = clock.now()
    strange = queries.events_in_trouble(now - A_MONTH)
    said = []
    if is_connected():
        said += _opened_with_another_key(queries.waiting_for_stripe(now, key_mark()))
        said += _of_another_account(strange.get(EventTrouble.UNKNOWN, 0))
    else:
        said += _unanswered(queries.waiting_for_stripe(now))
    return [*said, *_of_the_other_mode(strange.get(EventTrouble.OTHER_MODE, 0))]


def _unanswered(count: int) -> list[str]:
    sentence = ngettext(
        "%(num)s paiement, remboursement ou débit attend encore Stripe, et aucune clé n’est donnée. Remettez-la dans "
        "les heures qui viennent : la suite se fera d’elle-même.",
        "%(num)s paiements, remboursements ou débits attendent encore Stripe, et aucune clé n’est donnée. Remettez-la "
        "dans les heures qui viennent : la suite se fera d’elle-même.",
        count,
    )
    return [sentence] if count else []


def _opened_with_another_key(count: int) -> list[str]:
    sentence = ngettext(
        "%(num)s page de paiement fut ouverte avec une autre clé. Si c’est celle d’un autre compte, ce qui s’y paie "
        "n’arrive pas ici : remettez l’ancienne clé une demi-heure, le temps qu’elle se ferme.",
        "%(num)s pages de paiement furent ouvertes avec une autre clé. Si c’est celle d’un autre compte, ce qui s’y "
        "paie n’arrive pas ici : remettez l’ancienne clé une demi-heure, le temps qu’elles se ferment.",
        count,
    )
    return [sentence] if count else []


def _of_another_account(count: int) -> list[str]:
    sentence = ngettext(
        "Depuis un mois, %(num)s événement parle de ce que le compte de la clé ne connaît pas : l’adresse est déclarée "
        "chez un autre compte Stripe, ou la clé a changé. Il est relu chaque nuit.",
        "Depuis un mois, %(num)s événements parlent de ce que le compte de la clé ne connaît pas : l’adresse est "
        "déclarée chez un autre compte Stripe, ou la clé a changé. Ils sont relus chaque nuit.",
        count,
    )
    return [sentence] if count else []


def _of_the_other_mode(count: int) -> list[str]:
    beside_live = ngettext(
        "Depuis un mois, %(num)s événement d’essai est arrivé à côté d’une clé réelle : il est ignoré. Déclarez "
        "l’adresse dans le mode réel de Stripe.",
        "Depuis un mois, %(num)s événements d’essai sont arrivés à côté d’une clé réelle : ils sont ignorés. "
        "Déclarez l’adresse dans le mode réel de Stripe.",
        count,
    )
    beside_test = ngettext(
        "Depuis un mois, %(num)s événement réel est arrivé à côté d’une clé d’essai : il est ignoré. Donnez la clé "
        "réelle, ou déclarez l’adresse dans le mode d’essai.",
        "Depuis un mois, %(num)s événements réels sont arrivés à côté d’une clé d’essai : ils sont ignorés. Donnez la "
        "clé réelle, ou déclarez l’adresse dans le mode d’essai.",
        count,
    )
    return [beside_live if is_live() else beside_test] if count else []

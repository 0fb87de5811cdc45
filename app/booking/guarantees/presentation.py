"""What pages show of guarantees: before a guest chooses, before they accept, once they have paid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from app.booking.guarantees import queries
from app.booking.guarantees.asking import terms_again, terms_for
from app.booking.guarantees.imprints import Imprint, imprint_foreseen
from app.booking.guarantees.settling import change_foreseen, foreseen
from app.booking.guarantees.terms import Terms
from app.booking.guarantees.wordings import asked_in_words, back_in_words, law_in_words, terms_in_words
from app.booking.models import COMING, Guarantee, Reservation
from app.booking.presentation.choices import ShownShift
from app.booking.service import Wish
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import acting
from app.kernel.formats import euros, spoken_instant
from app.kernel.languages import _
from app.payments.models import Purpose, SavedCard


@dataclass(frozen=True)
class ShownTerms:
    """Terms as a guest reads them, and the seal that says they did."""

    asked: str
    rule: str
    law: str
    is_imprint: bool
    seal: str


def shown_terms(terms: Terms, establishment: Establishment, *, told_on: date | None = None) -> ShownTerms:
    """Write the terms of one visit, with the words of law of the day on which they were told, today unless said."""
    return ShownTerms(
        asked_in_words(terms),
        terms_in_words(terms, establishment.timezone, clock.now()),
        law_in_words(terms.purpose, told_on or establishment.today()),
        is_imprint=terms.purpose is Purpose.IMPRINT,
        seal=terms.seal,
    )


def asked_on(establishment: Establishment, day: date, covers: int, groups: Iterable[ShownShift]) -> list[str]:
    """Say of each shift of a day what guarantee is asked, once for those that ask the same."""
    asked: dict[str, list[str]] = {}
    for group in groups:
        first = time.fromisoformat(group.times[0].value)
        terms = terms_for(establishment, Wish(day, first, covers))
        if terms is not None:
            back = back_in_words(terms.free_hours, terms.kept_percent, terms.purpose)
            asked.setdefault(f"{asked_in_words(terms)}, {back}", []).append(group.name)
    return [_("%(shifts)s : %(asked)s", shifts=", ".join(names), asked=said) for said, names in asked.items()]


def paid_lines(reservation: Reservation) -> list[tuple[str, str]]:
    """Write what a reservation was paid, and until when it comes back, as lines of a letter or a page."""
    standing = queries.guarantees_of(reservation)
    if not standing:
        return []
    zone, now = reservation.establishment.timezone, clock.now()
    until = spoken_instant(standing[0].free_until, zone)
    card = queries.card_kept_for(reservation)
    lines = []
    held, due = queries.deposits_held(reservation), queries.still_due(reservation)
    if held:
        lines.append((standing[0].purpose.label, _("%(amount)s payés", amount=euros(held))))
    if due:
        lines.append((_("Reste à payer"), euros(due)))
    if card is not None:
        most = _("%(amount)s au plus", amount=euros(card.receivable.amount))
        lines.append((_("Carte enregistrée"), f"{card.brand.title()} •••• {card.last_digits}, {most}"))
    if reservation.state in COMING and now <= standing[0].free_until and (held or card):
        lines.append((_("Annulation sans frais"), _("jusqu’au %(until)s", until=until)))
    return lines


def own_guarantee(reservation: Reservation) -> dict[str, Any] | None:
    """Give what the guest's own page says: what calling off now would give back and the rule, or what became of the
    money; and where to pay the rest.
    """
    standing = queries.guarantees_of(reservation)
    if not standing:
        return None
    due = [each.receivable for each in standing if each.receivable.is_payable(clock.now())]
    is_coming = reservation.state in COMING
    return {
        "now": if_called_off(reservation) if is_coming else given_back(reservation),
        "rule": queries.told_last(standing).receivable.rule if is_coming else "",
        "pay_url": f"/reserver/garantie/{standing[-1].id}" if due else "",
    }


def given_back(reservation: Reservation) -> str:
    """Say what became of the money of a reservation that is over: "80,00 € vous sont rendus."."""
    back, held = queries.given_back(reservation), queries.deposits_held(reservation)
    if back and held:
        return _("%(back)s vous sont rendus, la maison garde %(held)s.", back=euros(back), held=euros(held))
    if back:
        return _("%(back)s vous sont rendus, par le moyen qui a servi à payer.", back=euros(back))
    return _("La maison a reçu %(held)s.", held=euros(held)) if held else ""


def if_called_off(reservation: Reservation) -> str:
    """Say what calling off now gives back: "Si vous annulez maintenant : 40,00 € vous sont rendus ; …"."""
    standing = queries.guarantees_of(reservation)
    if not standing:
        return ""
    card = queries.card_kept_for(reservation)
    return _money_back(reservation, standing[0]) if card is None else _card_let_go(reservation, standing[0], card)


def _card_let_go(reservation: Reservation, told: Guarantee, card: SavedCard) -> str:
    most = euros(queries.imprint_left(card) * told.kept_percent // 100)
    if clock.now() <= told.free_until:
        until = spoken_instant(told.free_until, reservation.establishment.timezone)
        return _(
            "Si vous annulez maintenant : rien n’est débité ; après le %(until)s, jusqu’à %(most)s.",
            until=until,
            most=most,
        )
    return _("Si vous annulez maintenant : jusqu’à %(most)s peuvent être débités de votre carte.", most=most)


def _money_back(reservation: Reservation, told: Guarantee) -> str:
    back, kept = foreseen(reservation)
    said = {"back": euros(back), "kept": euros(kept)}
    if kept:
        return _("Si vous annulez maintenant : %(back)s vous sont rendus, la maison garde %(kept)s.", **said)
    if back and told.kept_percent:
        said["until"] = spoken_instant(told.free_until, reservation.establishment.timezone)
        late = back - back * told.kept_percent // 100
        said["late"] = euros(late) if late else _("rien")
        return _("Si vous annulez maintenant : %(back)s vous sont rendus ; après le %(until)s, %(late)s.", **said)
    return _("Si vous annulez maintenant : %(back)s vous sont rendus.", **said) if back else ""


def change_in_words(reservation: Reservation, wish: Wish) -> str:
    """Say what a change would ask for or give back, before it is confirmed."""
    imprint = imprint_foreseen(reservation, wish.covers, actor=acting())
    if imprint is not None:
        return _imprint_in_words(imprint)
    back, more = change_foreseen(reservation, wish)
    if more and asks_for_a_card(reservation):
        return _("Ce changement demande une empreinte de %(more)s au plus, à laisser ensuite.", more=euros(more))
    if more:
        return _("Ce changement demande %(more)s de plus de garantie, à payer ensuite.", more=euros(more))
    return _("Ce changement vous rend %(back)s.", back=euros(back)) if back else ""


def _imprint_in_words(imprint: Imprint) -> str:
    said = {"before": euros(imprint.before), "after": euros(imprint.after), "digits": imprint.card.last_digits}
    if imprint.after < imprint.before:
        return _("La carte •••• %(digits)s garantit alors %(after)s au plus, au lieu de %(before)s.", **said)
    return _(
        "Rien n’est débité aujourd’hui, et il ne faut pas d’autre carte : si vous annulez trop tard ou ne venez pas, "
        "jusqu’à %(after)s pourront être débités de la carte •••• %(digits)s, au lieu de %(before)s. En déplaçant la "
        "réservation, vous l’acceptez.",
        **said,
    )


def consent_wanted(reservation: Reservation, wish: Wish) -> str:
    """Give what a guest sends back who read that more may be taken on their card; nothing where no more may."""
    imprint = imprint_foreseen(reservation, wish.covers, actor=acting())
    return str(imprint.after) if imprint is not None and imprint.after > imprint.before else ""


def asks_for_a_card(reservation: Reservation) -> bool:
    """Tell whether what guarantees a reservation is a card, and no money."""
    standing = queries.guarantees_of(reservation)
    return bool(standing) and standing[0].receivable.takes_a_card


def told_terms(reservation: Reservation) -> ShownTerms | None:
    """Give the terms a reservation was told, as they stand."""
    standing = queries.guarantees_of(reservation)
    if not standing:
        return None
    told, house = queries.told_last(standing), reservation.establishment
    return shown_terms(terms_again(told), house, told_on=clock.local(told.created_at, house.timezone).date())

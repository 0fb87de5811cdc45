"""What the team reads of a reservation's guarantee: asked, paid, given back, kept, and what may be done."""

from typing import Any

from flask import url_for

from app.booking.guarantees import queries
from app.booking.guarantees.asking import terms_again
from app.booking.guarantees.forms import AbsenceForm, DebtForm
from app.booking.guarantees.permissions import GUARANTEE
from app.booking.guarantees.settling import foreseen
from app.booking.guarantees.wordings import asked_in_words
from app.booking.models import COMING, Guarantee, Reservation
from app.booking.models import ReservationState as S
from app.kernel.access import acting
from app.kernel.formats import euros, spoken_instant
from app.kernel.languages import _
from app.payments import queries as books
from app.payments.models import Payable, ReceivableState
from app.payments.permissions import CHARGE, VIEW

TONES = {ReceivableState.OPEN: "warning", ReceivableState.SETTLED: "success"}


def guarantee_panel(reservation: Reservation) -> dict[str, Any]:
    """Give the lines of the panel and its acts, as far as the reader may."""
    standing = queries.guarantees_of(reservation)
    may_act = acting().may(GUARANTEE, reservation)
    sees_money = acting().may(VIEW, standing[0].receivable) if standing else False
    stands = any(each.receivable.state in (ReceivableState.OPEN, ReceivableState.SETTLED) for each in standing)
    is_askable = may_act and queries.takes_money() and reservation.state in COMING and not stands
    return {
        "asked": [_asked(each, sees_money=sees_money) for each in _shown(standing)],
        "lines": _lines(reservation, standing) if standing else [],
        "ask_url": url_for("guarantee_desk.guarantee_new", id=reservation.id) if is_askable else "",
        "absence": _absence(reservation) if may_act and standing else None,
        "rest": _rest(reservation) if may_act and standing else None,
        "debt": _debt(reservation) if may_act and standing else None,
    }


def absence_proposed(reservation: Reservation) -> str:
    """Say, when an absence is noted, what the team may do; nothing where nothing was guaranteed."""
    if reservation.state is not S.NO_SHOW:
        return ""
    card = queries.card_kept_for(reservation)
    if card is not None and queries.imprint_left(card):
        left = euros(queries.imprint_left(card))
        return _("Une carte garantit la table : jusqu’à %(left)s peuvent être débités, depuis la fiche.", left=left)
    held = queries.deposits_held(reservation) if queries.guarantees_of(reservation) else 0
    return _("La maison garde %(held)s selon la règle.", held=euros(held)) if held else ""


def cancellation_foreseen(reservation: Reservation) -> str:
    """Say what cancelling gives back, as the house or for the guest; nothing where nothing was guaranteed."""
    if not queries.guarantees_of(reservation):
        return ""
    whole, by_rule = foreseen(reservation, by_house=True), foreseen(reservation)
    return _(
        "Cochée, %(by_rule)s sont rendus ; sinon, la maison annule et tout est rendu : %(whole)s.",
        by_rule=euros(by_rule.back),
        whole=euros(whole.back),
    )


def _shown(standing: list[Guarantee]) -> list[Guarantee]:
    """Leave out the imprints in whose place another was agreed to."""
    return [queries.told_last(standing)] if standing and queries.card_kept_for(standing[0].reservation) else standing


def _asked(guarantee: Guarantee, *, sees_money: bool) -> dict[str, Any]:
    receivable = guarantee.receivable
    zone, is_open = guarantee.reservation.establishment.timezone, receivable.state is ReceivableState.OPEN
    until = spoken_instant(receivable.expires_at, zone) if receivable.expires_at and is_open else ""
    return {
        "words": asked_in_words(terms_again(guarantee)) if receivable.amount == terms_again(guarantee).amount
        else _("%(amount)s de plus", amount=euros(receivable.amount)),
        "state": receivable.standing,
        "tone": TONES.get(receivable.state, "neutral"),
        "until": _("à payer avant le %(until)s", until=until) if until else "",
        "url": url_for("payments.receivable_show", id=receivable.id) if sees_money else "",
    }  # fmt: skip


def _lines(reservation: Reservation, standing: list[Guarantee]) -> list[tuple[str, str]]:
    balance, zone = books.balance_of(Payable.of(reservation)), reservation.establishment.timezone
    lines = [(_("Règle dite au client"), queries.told_last(standing).receivable.rule)]
    if balance.received:
        lines.append((_("Payé"), euros(balance.received)))
    if balance.returned:
        lines.append((_("Rendu"), euros(balance.returned)))
    if balance.held:
        name = _("À déduire de l’addition") if reservation.state not in (S.CANCELLED, S.NO_SHOW) else _("Gardé")
        lines.append((name, euros(balance.held)))
    card = queries.card_kept_for(reservation)
    if card is not None:
        most = _("%(amount)s au plus", amount=euros(card.receivable.amount))
        lines.append((_("Carte enregistrée"), f"{card.brand.title()} •••• {card.last_digits}, {most}"))
    if reservation.state in COMING and balance.held:
        back = foreseen(reservation).back
        until = spoken_instant(standing[0].free_until, zone)
        lines.append(
            (_("Si le client annule"), _("%(back)s rendus (tout jusqu’au %(until)s)", back=euros(back), until=until))
        )
    return lines


def _absence(reservation: Reservation) -> dict[str, Any] | None:
    """Give the form that charges the card of who did not come, filled with what the rule says."""
    card = queries.card_kept_for(reservation)
    if card is None or reservation.state not in (S.NO_SHOW, S.CANCELLED) or not acting().may(CHARGE, card.receivable):
        return None
    left = queries.imprint_left(card)
    guarantee = queries.guarantee_with(card.receivable_id)
    percent = guarantee.kept_percent if guarantee else 0
    if not left or not queries.takes_money():
        return None
    return {
        "form": AbsenceForm(formdata=None, data={"amount": left * percent // 100 or left}),
        "url": url_for("guarantee_desk.absence_charge_create", id=reservation.id),
        "most": euros(left),
    }


def _rest(reservation: Reservation) -> dict[str, str] | None:
    """Give what the rule does not keep of a guest who did not come, to be given back."""
    back = foreseen(reservation).back if reservation.state is S.NO_SHOW and not queries.was_repaid(reservation) else 0
    url = url_for("guarantee_desk.absence_refund_create", id=reservation.id)
    return {"back": euros(back), "url": url} if back else None


def _debt(reservation: Reservation) -> dict[str, Any] | None:
    """Give what the house owes beyond what was paid, or the form that says so after it called a meal off."""
    debt, pledges = queries.debt_of(reservation), queries.pledges_received(reservation)
    if debt is not None:
        paid_url = "" if debt.paid_at else url_for("guarantee_desk.debt_payment_create", id=reservation.id)
        return {"amount": euros(debt.amount), "reason": debt.reason, "paid_url": paid_url, "form": None}
    stays = queries.deposits_held(reservation) or queries.went_back_by_rule(reservation)
    if reservation.state is not S.CANCELLED or not pledges or stays:
        return None
    url = url_for("guarantee_desk.debt_create", id=reservation.id)
    return {"amount": euros(pledges), "reason": "", "form": DebtForm(formdata=None), "url": url, "paid_url": ""}

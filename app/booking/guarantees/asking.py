"""Asking for a guarantee: of a guest while their table is held, again after they gave up, or by the team's own hand."""

from dataclasses import fields, replace
from datetime import datetime, timedelta

from app.booking import queries as booking
from app.booking import service
from app.booking.guarantees import queries
from app.booking.guarantees.events import GuaranteeAsked, GuaranteeWaived
from app.booking.guarantees.leaving import leave_others
from app.booking.guarantees.terms import Terms, Visit, first_that_applies, terms_of
from app.booking.guarantees.wordings import law_in_words, terms_in_words
from app.booking.models import COMING, Guarantee, Reservation, ReservationOrigin
from app.booking.models import ReservationState as S
from app.booking.opening import names_of, occasion_on, slot_at
from app.booking.service import Details, Wish
from app.booking.service.promises import promised_already
from app.booking.service.rows import fill_details, lock_reservation
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db, new_id
from app.kernel.events import publish
from app.kernel.formats import full_date, spoken_time
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.payments import service as payments
from app.payments.events import written_amount

A_DAY = timedelta(days=1)


def terms_for(establishment: Establishment, wish: Wish, email: str | None = None) -> Terms | None:
    """Give what the house asks for a wish; nothing without a rule that applies, or without the keys of Stripe.

    Until an address is known, nobody is a newcomer, and nobody was ever missed.
    """
    rules = queries.rules_of(establishment.id) if queries.takes_money() else []
    house = booking.house_of(establishment)
    slot = slot_at(house.opening, wish.service_date, wish.local_time) if rules else None
    if slot is None:
        return None
    is_first, was_missed = queries.record_at(email) if email else (False, False)
    visit = Visit(
        wish.service_date,
        names_of(house.opening, slot.shift),
        wish.covers,
        is_occasion=bool(occasion_on(house.opening, wish.service_date).title),
        is_first=is_first,
        was_missed=was_missed,
    )
    rule = first_that_applies(rules, visit)
    return terms_of(rule, wish.covers, slot.instant) if rule else None


def hold_until_paid(
    establishment: Establishment,
    wish: Wish,
    details: Details,
    terms: Terms,
    *,
    visitor: str,
    network: str,
    origin: ReservationOrigin,
    actor: Actor,
) -> Reservation | Guarantee:
    """Keep the table while the guest pays; give what they pay, or the promise they already have.

    The same wish sent again asks once. What was asked for a table they let go of is asked no more. Raises NotSeated.
    """
    twin = promised_already(establishment, wish, details, visitor=visitor)
    if twin is not None:
        return twin
    hold = service.hold_table(establishment, wish, visitor=visitor, network=network, origin=origin)
    twin = promised_already(establishment, wish, details, visitor=visitor)
    if twin is not None:  # paid, and promised, while we waited for our turn
        service.release_hold(hold)
        return twin
    leave_others(visitor, hold, actor=actor)
    fill_details(hold, details)
    hold.consent_at = clock.now()
    standing = next(iter(queries.guarantees_of(hold)), None)
    if standing is not None:
        return standing
    until = payments.pay_until(establishment)
    service.keep_until(hold, until)
    return ask(hold, terms, visitor=visitor, expires_at=until, is_accepted=True, actor=actor)


def start_again(guarantee: Guarantee, *, network: str, actor: Actor) -> Reservation | Guarantee:
    """Ask anew for the same table, with what was typed then. Raises NotSeated when it is gone."""
    gone, establishment = guarantee.reservation, guarantee.reservation.establishment
    wish = Wish(gone.service_date, gone.local_time, gone.covers, gone.area_wish)
    details = Details(gone.first_name, gone.last_name, gone.email, gone.phone, gone.special_requests, gone.language)
    return hold_until_paid(
        establishment,
        wish,
        details,
        terms_again(guarantee),
        visitor=guarantee.visitor or str(guarantee.id),
        network=network,
        origin=gone.origin,
        actor=actor,
    )


def terms_again(guarantee: Guarantee) -> Terms:
    """Give the terms a guest was told, as they stand on the guarantee."""
    return Terms(**{each.name: getattr(guarantee, each.name) for each in fields(Terms)})


def ask_by_hand(reservation: Reservation, terms: Terms, *, until: datetime, actor: Actor) -> Guarantee:
    """Ask the guest of a promised table for a guarantee, by a link they are sent where an address is known.

    Raises RuleBroken when one is asked or paid already, or nobody is expected any more.
    """
    lock_reservation(reservation)
    stands = any(each.receivable.state in queries.STANDING for each in queries.guarantees_of(reservation))
    if stands or reservation.state not in COMING:
        raise RuleBroken(_("Une garantie est déjà demandée, ou cette réservation n’en appelle plus."))
    guarantee = ask(reservation, terms, visitor=None, expires_at=until, is_accepted=False, actor=actor)
    if reservation.email:
        payments.send_link(guarantee.receivable, actor=actor)
    return guarantee


def waive(reservation: Reservation, terms: Terms, *, actor: Actor) -> None:
    """Note that the team takes a reservation without the guarantee its rule asks for."""
    publish(GuaranteeWaived(reservation, actor, written_amount(terms.amount)))


def ask(
    reservation: Reservation,
    terms: Terms,
    *,
    visitor: str | None,
    expires_at: datetime | None,
    is_accepted: bool,
    actor: Actor,
    part: int | None = None,
) -> Guarantee:
    """Ask the books for what the terms say, or for a `part` of it, and keep the terms as they were told."""
    establishment, now, guarantee_id = reservation.establishment, clock.now(), new_id()
    law = law_in_words(terms.purpose, establishment.today())
    told = f"{terms_in_words(terms, establishment.timezone, now)} {law}".strip()
    asked = payments.Terms(
        amount=part or terms.amount,
        purpose=terms.purpose,
        label=_label(reservation),
        rule=told,
        expires_at=expires_at,
        back_path=f"/reserver/garantie/{guarantee_id}",
    )
    payer = payments.Payer(
        reservation.guest_name, reservation.email, reservation.language, person_id=reservation.guest_id
    )
    receivable = payments.ask(reservation, asked, payer, house=establishment, actor=actor)
    guarantee = Guarantee(
        id=guarantee_id,
        reservation_id=reservation.id,
        reservation=reservation,
        receivable_id=receivable.id,
        receivable=receivable,
        amount=asked.amount,
        accepted_at=now if is_accepted else None,
        visitor=visitor,
        created_at=now,
        **vars(terms),
    )
    db.session.add(guarantee)
    db.session.flush()
    if reservation.state is not S.HELD:
        publish(GuaranteeAsked(reservation, actor, written_amount(asked.amount)))
    return guarantee


def ask_afterwards(reservation: Reservation, *, actor: Actor) -> Guarantee | None:
    """Ask by letter what the rule wants of a guest who was promised a table without: from the waiting list, say."""
    terms = terms_wanted(reservation)
    if terms is None:
        return None
    return ask_by_hand(reservation, terms, until=min(reservation.starts_at, clock.now() + A_DAY), actor=actor)


def terms_wanted(reservation: Reservation) -> Terms | None:
    """Give what the rule wants of a promised table for which nothing was asked yet."""
    if queries.guarantees_of(reservation):
        return None
    wish = Wish(reservation.service_date, reservation.local_time, reservation.covers)
    return terms_for(reservation.establishment, wish, reservation.email)


def with_covers(terms: Terms, covers: int) -> Terms:
    """Give the same terms for another number of guests."""
    return replace(terms, covers=covers)


def _label(reservation: Reservation) -> str:
    return _(
        "Table du %(day)s à %(time)s, %(covers)s couverts",
        day=full_date(reservation.service_date),
        time=spoken_time(reservation.local_time),
        covers=reservation.covers,
    )

"""Two houses, something of every kind in each, and somebody of every role who will try the doors."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa

from app.accounts import service as accounts
from app.accounts.models import Grant, Invitation, Role, Team, User
from app.accounts.permissions import SEEDED_ROLES
from app.accounts.queries import role_with_code
from app.accounts.rights.granting import give_grant
from app.booking import service
from app.booking.guarantees import ruling
from app.booking.guarantees.asking import ask
from app.booking.guarantees.terms import terms_of
from app.booking.models import (
    CloseOut,
    Closure,
    Combination,
    ExceptionalDay,
    FloorTrial,
    Guarantee,
    GuaranteeRule,
    GuestTag,
    Rearrangement,
    RearrangementReason,
    RefusedSearch,
    Reservation,
    Shift,
    WaitingEntry,
)
from app.booking.seating import Reason
from app.booking.trials.service import AddedTables, try_floor
from app.directory.merging import merge_people
from app.directory.models import Person, PersonMerge
from app.invoices import service as invoicing
from app.invoices.models import Invoice, Recipient
from app.invoices.seeds import PRINTER, first_rates_and_wordings
from app.kernel import clock
from app.kernel.access import ANONYMOUS
from app.kernel.db import db, transaction
from app.kernel.law import first_words_of_law, legal_keys
from app.kernel.messages import Message
from app.kernel.scopes import Scope
from app.kernel.suppression import SuppressedAddress
from app.notifications.models import RoomKind, TeamRoom
from app.payments import service as payments
from app.payments.models import (
    DailyClosing,
    Dispute,
    Method,
    Movement,
    Payout,
    Purpose,
    Receivable,
    RefundRequest,
    payable_kind,
)
from app.payments.service import Payer, Terms
from app.site.feedback.models import Feedback, FeedbackKind, Said
from app.site.feedback.service import leave_feedback
from tests.booking.guarantees.rules import wanted
from tests.booking.houses import TESTS, open_house, promise, wish
from tests.factories import make_outbox_row, make_person, make_user
from tests.walk.oracle import Thing, Walker

TODAY = date(2026, 3, 10)
DAY = {
    "date": "2026-03-29",
    "shifts": [
        {
            "name": "Brunch",
            "first": "11:00",
            "last": "13:00",
            "pacing_covers": None,
            "pacing_reservations": None,
            "durations": None,
        }
    ],
}
RAIN = {"from": "2026-03-28", "to": "2026-03-28", "tables": ["4"], "reason": "Pluie"}
EVENING = [
    {
        "name": "Dîner",
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "first": "19:00",
        "last": "21:45",
        "pacing_covers": None,
        "pacing_reservations": None,
        "durations": None,
    }
]
SAID = Said(FeedbackKind.IDEA, "Une carte en braille", "/reserver", "lea@example.org", "fr")
IN_ONE_HOUSE = ("manager", "host", "waiter", "auditor")


@dataclass
class World:
    """What there is, by kind, and who walks."""

    things: dict[str, list[Thing]] = field(default_factory=dict)
    walkers: list[Walker] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    guest_of: Reservation | None = None


def build() -> World:
    """Build it; the second house is the one in which some have their only role."""
    world = World()
    first = open_house(shifts=EVENING, exceptional=[DAY], close_outs=[RAIN])
    second = open_house(slug="autre-rive", name="L’Autre Rive", shifts=EVENING, exceptional=[DAY], close_outs=[RAIN])
    with transaction():
        first_rates_and_wordings()
        first_words_of_law(legal_keys())
    for house in (first, second):
        today = promise(house, "2026-03-10 20:00", email=f"ce-soir@{house.slug}.example")
        promise(house, "2026-03-14 20:00", email=f"samedi@{house.slug}.example")
        with transaction():
            service.hold_table(house, wish("2026-03-10 21:00"), visitor=house.slug, network="n")
            db.session.add(_refused(house))
            db.session.add(_rearranged(house))
            db.session.add(_waiting(house, today))
            _money(house)
            _guarantee(house, today)
            try_floor(house, "Une table de plus", [], [AddedTables("salle", 1, 1, 2)], actor=TESTS)
            leave_feedback(SAID, house=house, actor=ANONYMOUS)
            _bill(house)
        world.guest_of = today
    there = Scope("establishment", str(second.id))
    _people(world, there)
    _invite(world, there)
    _rooms((first, second))
    _merge()
    _things(world)
    world.walkers += [Walker("nobody at all"), Walker("a guest", link_to=world.guest_of.id)]
    for walker in world.walkers:
        walker.learn()
    return world


def _bill(house) -> None:
    printer = invoicing.keep_recipient(house, PRINTER, actor=TESTS)
    line = invoicing.LineWanted("Menu", Decimal(2), 35_00, "intermediate")
    invoicing.draft_invoice(house, printer, invoicing.InvoiceWanted([line], TODAY), actor=TESTS)


def _invite(world: World, there: Scope) -> None:
    administrator = accounts.actor_for(world.users["administrator"])
    with transaction():
        for scope in (Scope(), there):
            accounts.invite(f"{scope.kind}@example.org", role_with_code("host"), scope, days=7, actor=administrator)
        db.session.add(SuppressedAddress(address="refused@example.org", reason="550", since=clock.now()))


def _rooms(houses) -> None:
    with transaction() as session:
        for house in (None, *houses):
            session.add(
                TeamRoom(
                    name="Salle",
                    room_kind=RoomKind.SLACK,
                    establishment_id=house.id if house else None,
                    role_id=role_with_code("host").id,
                    categories=[],
                    host="hooks.example.org",
                    sealed_url="",
                    created_at=clock.now(),
                )
            )


def _merge() -> None:
    with transaction() as session:
        session.add(GuestTag(name="Habitué", created_at=clock.now()))
        merge_people(make_person("Une"), make_person("Autre"), actor=TESTS)


def _rearranged(house) -> Rearrangement:
    return Rearrangement(
        establishment_id=house.id,
        service_date=TODAY,
        reason=RearrangementReason.OPTIMISED,
        moves=[],
        made_at=clock.now(),
    )


def _refused(house) -> RefusedSearch:
    return RefusedSearch(
        establishment_id=house.id,
        service_date=TODAY,
        local_time=None,
        covers=2,
        reason=Reason.NO_TABLE.value,
        at=clock.now(),
    )


def _money(house) -> None:
    payable_kind("Establishment", "Maison")
    terms = Terms(3000, Purpose.PLEDGE, "Table de samedi")
    asked = payments.ask(house, terms, Payer("Léa"), house=house, actor=TESTS)
    paid = payments.book_payment(
        asked, amount=3000, method=Method.CASH, reference="", natural_key=house.slug, actor=TESTS
    )
    payments.refund_payment(paid, amount=1000, reason="Grippe", key=house.slug, actor=TESTS)
    payments.follow_payout(payments.Sent(f"po_{house.slug}", 3000, TODAY, []), house, actor=TESTS)
    payments.close_day(house, TODAY, actor=TESTS)


def _guarantee(house, promised: Reservation) -> None:
    rule = ruling.save_rule(house, wanted(), actor=TESTS)
    terms = terms_of(rule, 2, promised.starts_at)
    ask(promised, terms, visitor=None, expires_at=None, is_accepted=False, actor=TESTS)


def _waiting(house, guest_of: Reservation) -> WaitingEntry:
    return WaitingEntry(
        establishment_id=house.id,
        service_date=TODAY,
        shift="Dîner",
        first_minutes=1200,
        last_minutes=1260,
        closes_at=clock.now() + timedelta(hours=11),
        covers=2,
        claim=house.slug,
        guest_id=guest_of.guest_id,
        last_name="Petit",
        created_at=clock.now(),
        changed_at=clock.now(),
    )


def _people(world: World, there: Scope) -> None:
    for code in SEEDED_ROLES:
        world.users[code] = make_user(code.title(), code)
    for code in IN_ONE_HOUSE:
        world.users[f"{code} there"] = make_user(f"{code.title()}B", code, scope=there)
    nobody, late, mate = (make_user(name, "member") for name in ("Sans", "Tard", "Equipe"))
    world.users |= {"no right": nobody, "rights that ended": late, "rights of a team": mate}
    with transaction() as session:
        mate, late = session.merge(mate), session.merge(late)
        over = give_grant(late, role_with_code("administrator"), actor=TESTS, starts_at=clock.now() - timedelta(days=2))
        over.ends_at = clock.now() - timedelta(days=1)
        give_grant(late, role_with_code("manager"), actor=TESTS, starts_at=clock.now() + timedelta(days=1))
        team = Team(name="Les soirs", created_at=clock.now(), members=[mate])
        session.add(team)
        give_grant(team, role_with_code("host"), actor=TESTS, scope=there)
    world.walkers += [Walker(name, user.id) for name, user in world.users.items()]


def _things(world: World) -> None:
    plain = {
        "closeout": CloseOut,
        "closure": Closure,
        "combination": Combination,
        "shift": Shift,
        "day": ExceptionalDay,
        "search": RefusedSearch,
        "floortrial": FloorTrial,
        "guaranteerule": GuaranteeRule,
        "rearrangement": Rearrangement,
        "waiting": WaitingEntry,
        "movement": Movement,
        "receivable": Receivable,
        "refundrequest": RefundRequest,
        "closing": DailyClosing,
        "dispute": Dispute,
        "payout": Payout,
        "invoice": Invoice,
        "recipient": Recipient,
    }
    houses = {row.id: str(row.establishment_id) for row in _all(Reservation)}
    world.things = {
        kind: [Thing(kind, row.id, frozenset({str(row.establishment_id)})) for row in _all(model)]
        for kind, model in plain.items()
    }
    world.things["reservation"] = [
        Thing("reservation", row.id, frozenset({str(row.establishment_id)}), row.service_date)
        for row in _all(Reservation)
        if row.state.value != "held"
    ]
    world.things["guarantee"] = [
        Thing("guarantee", row.id, frozenset({houses[row.reservation_id]}), opened_with=row.reservation_id)
        for row in _all(Guarantee)
    ]
    world.things["message"] = [
        Thing("message", row.id, frozenset({houses[row.subject_id]} if row.subject_id in houses else ()))
        for row in _all(Message)
    ]
    world.things["feedback"] = [
        Thing("feedback", row.id, frozenset({str(row.establishment_id)})) for row in _all(Feedback)
    ]
    world.things["invitation"] = [
        Thing("invitation", row.id, frozenset({row.scope_id} - {""})) for row in _all(Invitation)
    ]
    world.things["suppressed"] = [Thing("suppressed", row.id) for row in _all(SuppressedAddress)]
    world.things["person"] = [Thing("person", row.id) for row in _all(Person)[:3]]
    world.things["guest"] = [
        Thing(
            "guest", row.id, frozenset(str(one.establishment_id) for one in _all(Reservation) if one.guest_id == row.id)
        )
        for row in _all(Person)
        if any(one.guest_id == row.id for one in _all(Reservation))
    ]
    world.things["guesttag"] = [Thing("guesttag", row.id) for row in _all(GuestTag)]
    world.things["personmerge"] = [Thing("personmerge", row.id) for row in _all(PersonMerge)]
    world.things["consent"] = [
        Thing("consent", row.id, frozenset({str(row.establishment_id)})) for row in _all(Reservation) if row.consent_at
    ]
    world.things["teamroom"] = [
        Thing("teamroom", row.id, frozenset({str(row.establishment_id)} if row.establishment_id else ()))
        for row in _all(TeamRoom)
    ]
    world.things["role"] = [Thing("role", row.id) for row in _all(Role)[:2]]
    world.things["grant"] = [
        Thing("grant", row.id, frozenset({row.scope_id} - {""})) for row in _all(Grant) if row.ends_at is None
    ][::4]
    world.things["team"] = [
        Thing("team", row.id, frozenset(grant.scope_id for grant in row.grants)) for row in _all(Team)
    ]
    world.things["outbox"] = [Thing("outbox", make_outbox_row("booking.collect_funnel").id)]
    world.things["user"] = [
        Thing(
            "user",
            row.id,
            frozenset(grant.scope_id for grant in (*row.grants, *(g for team in row.teams for g in team.grants)))
            - {""},
        )
        for row in _all(User)
    ]


def _all(model):
    return db.session.scalars(sa.select(model).order_by(model.id)).all()


def visitor_for(walker: Walker, world: World, visit):
    """Somebody at a browser, as that walker."""
    if walker.user_id is not None:
        return visit(db.session.get_one(User, walker.user_id))
    visitor = visit()
    if walker.link_to is not None:
        visitor.bear("booking.manage", world.guest_of)
    return visitor


__all__ = ["TODAY", "World", "build", "visitor_for"]

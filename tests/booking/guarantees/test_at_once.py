"""Everybody presses at the same instant: a guarantee is asked once, paid once, given back once, whoever is first."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.guarantees.settling import charge_absence, record_debt, repay_absence
from app.booking.jobs import expire_holds
from app.booking.models import Guarantee, GuaranteeKind, HouseDebt, Reservation, ReservationState
from app.kernel.db import db, transaction
from app.payments import jobs as payment_jobs
from app.payments.models import Checkout, Receivable, ReceivableState
from tests.booking.guarantees.conftest import HOOK, PARTY, amounts, guarantee, only, reservation
from tests.booking.guarantees.together import tabs, together
from tests.booking.houses import SATURDAY, TESTS, details, promise, typed, wish
from tests.booking.soundness import unsound
from tests.booking.test_race import the_house
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

pytestmark = on_both
S = ReservationState
RUN_OUT = "2026-03-10 10:16"


@pytest.fixture
def paying(asked, ruled, stripe):
    """`paying()`: a guest paid at Stripe, which told nobody, and who is not back yet; gives them and the way back."""

    def pay():
        ruled()
        guest, address = asked()
        return guest, stripe.pay(guest.post(address).headers["Location"]).removeprefix(guest.base_url)

    return pay


@pytest.fixture
def webhooks(stripe, outside, visit):
    """`webhooks()`: an act for each thing the double told since, which posts it to the house."""

    def collect():
        stripe.settled()
        posts, outside.posts[:] = list(outside.posts), []

        def act(post):
            visitor = visit()
            visitor.csrf = False
            header = {"Stripe-Signature": post.headers["stripe-signature"]}
            return lambda: visitor.post(HOOK, data=post.body, headers=header).status_code

        return [act(post) for post in posts]

    return collect


@pytest.fixture
def told(webhooks):
    """`told()`: what Stripe tells reaches the house and is followed, all in one act."""

    def collect():
        posts = webhooks()

        def act():
            for post in posts:
                post()
            run_jobs(strict=False)

        return act

    return collect


def letters(outbox, words):
    return [mail.subject for mail in outbox if words in mail.subject]


def live():
    """The reservations that keep a table."""
    db.session.rollback()
    db.session.expire_all()
    kept = sa.select(Reservation).where(Reservation.state.in_([S.HELD, S.CONFIRMED]))
    return list(db.session.scalars(kept))


def test_pay_pressed_in_four_tabs_opens_one_page(app, asked, ruled, stripe):
    ruled()
    guest, address = asked()
    answers = together(app, *[lambda tab=tab: tab.post(address) for tab in tabs(guest, 4)])
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(stripe.get("checkout/sessions")["data"]) == 1
    assert only(Checkout).amount == 6000


@pytest.mark.long
def test_accepting_in_three_tabs_asks_once(app, visit, ruled, stripe, house):
    ruled()
    guest = visit()
    guest.post("/reserver", data=PARTY)
    seal = guest.see("/reserver/coordonnees").first("#terms").attributes["value"]
    sent = typed(**PARTY, terms=seal)
    answers = together(app, *[lambda tab=tab: tab.post("/reserver", data=sent) for tab in tabs(guest, 3)])
    assert {answer.headers["Location"] for answer in answers} == {f"/paiements/{guarantee().receivable_id}"}
    assert reservation().state is S.HELD
    assert unsound() == []


@pytest.mark.long
def test_the_webhook_and_the_way_back_promise_one_table(app, paying, webhooks, outbox):
    guest, back = paying()
    first, second = tabs(guest, 2)
    own = f"/reserver/garantie/{guarantee().id}"
    acts = [lambda: first.get(back), lambda: second.get(own), *webhooks(), lambda: run_jobs(strict=False)]
    together(app, *acts)
    guest.get(own)
    run_jobs(strict=False)
    assert (reservation().state, amounts()) == (S.CONFIRMED, [6000])
    assert len(letters(outbox, "réservée")) == len(letters(outbox, "60,00 €")) == 1
    assert unsound() == []


@pytest.mark.long
def test_the_hold_runs_out_while_the_webhook_comes(app, paying, told, at, outbox):
    _guest, _back = paying()
    follow = told()
    at(RUN_OUT)
    together(app, follow, payment_jobs.expire_receivables, expire_holds, follow)
    run_jobs(strict=False)
    assert (reservation().state, amounts()) == (S.CONFIRMED, [6000])
    assert guarantee().receivable.state is ReceivableState.SETTLED
    assert len(letters(outbox, "réservée")) == 1
    assert unsound() == []


@pytest.mark.long
def test_the_hold_runs_out_while_the_webhook_comes_and_others_take_the_table(app, paying, told, at, house):
    _guest, _back = paying()
    follow = told()
    at(RUN_OUT)

    def take(number):
        def act():
            with transaction():
                return service.reserve(
                    the_house(), wish(f"{SATURDAY} 19:30", 4), details(email=f"h{number}@example.org"), actor=TESTS
                ).reference

        return act

    together(app, expire_holds, follow, payment_jobs.expire_receivables, take(1), take(2))
    run_jobs(strict=False)
    (party,) = db.session.scalars(sa.select(Reservation).where(Reservation.covers == 6))
    assert (party.state, amounts()) in ((S.CONFIRMED, [6000]), (S.EXPIRED, [6000, -6000]))
    assert unsound() == []


@pytest.mark.long
def test_a_hold_kept_while_its_guest_pays_is_not_swept_away(app, visit, ruled, stripe, at, house):
    """Details sent in the very second in which the short hold runs out: swept before, or kept until it is paid."""
    ruled()
    guest = visit()
    guest.post("/reserver", data=PARTY)
    seal = guest.see("/reserver/coordonnees").first("#terms").attributes["value"]
    at("2026-03-10 10:05")
    answers = together(
        app, lambda: guest.post("/reserver", data=typed(**PARTY, terms=seal)), expire_holds, expire_holds
    )
    assert answers[0].headers["Location"].startswith("/paiements/")
    (kept,) = live()
    assert kept.id == guarantee().reservation_id
    assert unsound() == []


# --- paid and called off at once --------------------------------------------------------------------------------


@pytest.fixture
def asked_by_hand(visit, cast, house, stripe):
    """`asked_by_hand()`: a promised table whose guarantee the team asked for; gives the guest and the way to pay."""

    def ask():
        made = promise(house)
        form = {"purpose": "pledge", "amount": "30", "free_hours": "24", "kept_percent": "100", "minutes": "60"}
        assert visit(cast.diane).post(f"/admin/reservations/{made.id}/garantie", data=form).status_code == 303
        guest = visit()
        guest.bear("booking.manage", made, made.guest)
        guest.bear("payments.pay", guarantee().receivable, made.guest)
        return guest, f"/paiements/{guarantee().receivable_id}"

    return ask


def test_paying_and_calling_off_at_once_leaves_nothing_with_the_house(app, asked_by_hand, stripe):
    guest, address = asked_by_hand()
    back = stripe.pay(guest.post(address).headers["Location"]).removeprefix(guest.base_url)
    paying_tab, leaving_tab = tabs(guest, 2)
    together(
        app,
        lambda: paying_tab.get(back),
        lambda: leaving_tab.post(f"/reservations/{reservation().id}/annulation", data={"reason": ""}),
    )
    run_jobs(strict=False)
    assert (reservation().state, amounts()) == (S.CANCELLED, [6000, -6000])
    assert stripe.get("charges")["data"][0]["amount_refunded"] == 6000


@pytest.mark.long
def test_paying_and_coming_with_fewer_at_once_keeps_what_is_owed(app, asked_by_hand, stripe, house):
    guest, address = asked_by_hand()
    back = stripe.pay(guest.post(address).headers["Location"]).removeprefix(guest.base_url)
    paying_tab, moving_tab = tabs(guest, 2)
    change = {"date": SATURDAY, "covers": "1", "time": "19:30"}
    together(
        app,
        lambda: paying_tab.get(back),
        lambda: moving_tab.post(f"/reservations/{reservation().id}/modification", data=change),
    )
    run_jobs(strict=False)
    assert (reservation().covers, sum(amounts())) == (1, 3000)
    still_asked = [each for each in db.session.scalars(sa.select(Receivable)) if each.state is ReceivableState.OPEN]
    assert still_asked == []


@pytest.mark.long
def test_called_off_in_three_tabs_and_by_the_team_goes_back_once(app, paid, ruled, visit, cast, outbox):
    ruled()
    guest, _address = paid()
    run_jobs()
    outbox.forget()
    own = f"/reservations/{reservation().id}/annulation"
    diane = visit(cast.diane)
    acts = [lambda tab=tab: tab.post(own, data={"reason": ""}) for tab in tabs(guest, 3)]
    acts.append(lambda: diane.post(f"/admin{own}", data={"reason": "Souffrant", "by_guest": "y"}))
    answers = together(app, *acts)
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    run_jobs()
    assert (reservation().state, amounts()) == (S.CANCELLED, [6000, -6000])
    assert len(letters(outbox, "annulée")) == len(letters(outbox, "60,00 €")) == 1


# --- the team's hand and the guest's ----------------------------------------------------------------------------


@pytest.mark.long
def test_forgiven_while_it_is_paid(app, paying, visit, cast):
    guest, back = paying()
    chloe, url = visit(cast.chloe), f"/admin/paiements/sommes/{guarantee().receivable_id}/remise"
    together(app, lambda: guest.get(back), lambda: chloe.post(url, data={"reason": "Habitués"}))
    run_jobs(strict=False)
    is_forgiven = guarantee().receivable.state is ReceivableState.FORGIVEN
    assert (reservation().state, amounts()) == (S.CONFIRMED, [6000, -6000] if is_forgiven else [6000])


@pytest.mark.long
def test_cash_is_noted_while_the_card_pays(app, paying, visit, cast, told):
    guest, back = paying()
    follow = told()
    diane, url = visit(cast.diane), f"/admin/paiements/sommes/{guarantee().receivable_id}"
    typed_in = {"amount": "60", "method": "cash", "key": "once"}
    together(app, lambda: guest.get(back), lambda: diane.post(f"{url}/encaissement", data=typed_in), follow)
    run_jobs(strict=False)
    assert (reservation().state, sum(amounts())) == (S.CONFIRMED, 6000)
    assert guarantee().receivable.state is ReceivableState.SETTLED


@pytest.mark.long
def test_two_of_the_team_ask_at_once_and_the_guest_is_asked_once(app, house, stripe, visit, cast):
    made = promise(house)
    form = {"purpose": "pledge", "amount": "30", "free_hours": "24", "kept_percent": "100", "minutes": "60"}
    team = [visit(cast.diane), visit(cast.chloe), visit(cast.chloe)]
    url = f"/admin/reservations/{made.id}/garantie"
    answers = together(app, *[lambda one=one: one.post(url, data=form) for one in team])
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    assert guarantee().amount == 6000


@pytest.mark.long
def test_an_absence_is_charged_once_and_its_rest_given_back_once(app, paid, ruled, at):
    ruled(basis=GuaranteeKind.IMPRINT, amount=2500)
    paid()
    missed(at)
    together(app, *[upon(charge_absence, amount=9000)] * 3)
    run_jobs(strict=False)
    assert amounts() == [9000]


@pytest.mark.long
def test_what_the_rule_does_not_keep_goes_back_once(app, paid, ruled, at):
    ruled(kept_percent=50)
    paid()
    missed(at)
    answers = together(app, *[upon(repay_absence)] * 3)
    run_jobs(strict=False)
    assert (sum(answer is None for answer in answers), amounts()) == (1, [6000, -3000])


@pytest.mark.long
def test_the_double_is_owed_once(app, paid, ruled):
    ruled()
    paid()
    with transaction():
        service.cancel_reservation(reservation(), actor=TESTS, reason="Panne")
    together(app, *[upon(record_debt, reason="Panne")] * 3)
    assert only(HouseDebt).amount == 6000


def missed(at):
    at("2026-03-14 21:00")
    with transaction():
        service.note_missed_party(reservation(), actor=TESTS)


def upon(verb, **more):
    def act():
        with transaction():
            made = db.session.scalars(sa.select(Reservation)).one()
            verb(made, actor=TESTS, **more)

    return act


# --- begun again ------------------------------------------------------------------------------------------------


@pytest.fixture
def run_out(paying, at, stripe):
    """`run_out()`: a guest paid at Stripe, which tells it only after the table was let go."""

    def pay():
        stripe.levers(hold=True)
        guest, _back = paying()
        at(RUN_OUT)
        payment_jobs.expire_receivables()
        expire_holds()
        return guest, f"/reserver/garantie/{guarantee().id}"

    return pay


@pytest.mark.long
def test_begun_again_in_two_tabs_while_the_money_comes_keeps_one_table(app, run_out, stripe, told):
    guest, own = run_out()
    stripe.levers(hold=False)
    follow = told()
    first, second = tabs(guest, 2)
    together(app, lambda: first.post(own), follow, lambda: second.post(own))
    run_jobs(strict=False)
    (kept,) = live()
    assert (kept.state, amounts()) == (S.CONFIRMED, [6000])
    still_asked = sa.select(sa.func.count()).select_from(Receivable).where(Receivable.state == ReceivableState.OPEN)
    assert db.session.scalar(still_asked) == 0
    assert unsound() == []


def test_begun_again_and_paid_before_the_first_money_comes_gives_that_back(app, run_out, stripe, told):
    guest, own = run_out()
    again = guest.post(own).headers["Location"]
    stripe.pay(guest.post(again).headers["Location"])
    guest.get(f"{again}/retour")
    late = db.session.scalars(sa.select(Guarantee).order_by(Guarantee.created_at)).unique().all()[1]
    guest.get(f"/reserver/garantie/{late.id}")
    stripe.levers(hold=False)
    follow = told()
    together(app, follow, follow)
    (kept,) = live()
    assert kept.id == late.reservation_id
    assert (kept.state, sorted(amounts())) == (S.CONFIRMED, [-6000, 6000, 6000])
    assert unsound() == []

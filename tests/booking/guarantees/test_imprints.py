"""A card that was kept answers for more guests once its holder has read and accepted it, and for fewer by itself."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.guarantees import queries
from app.booking.guarantees.asking import ask_afterwards
from app.booking.guarantees.settling import charge_absence
from app.booking.models import Guarantee, GuaranteeKind
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from app.payments import jobs as payment_jobs
from app.payments import service as payments
from app.payments.models import ReceivableState, SavedCard
from tests.booking.guarantees.conftest import amounts, reservation
from tests.booking.houses import SATURDAY, TESTS, promise, wish
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs
from tests.payments.doubles import ONCE_CONFIRMED

IN_TIME, TOO_LATE, AFTER = "2026-03-12 10:00", "2026-03-13 10:00", "2026-03-14 21:00"
SIX, EIGHT, FIVE = 15000, 20000, 12500


@pytest.fixture
def kept(paid, ruled, stripe, outside):
    """`kept()`: a table for six, guaranteed by a card at twenty-five euros a cover; gives the guest."""

    def keep(card=ONCE_CONFIRMED):
        ruled(basis=GuaranteeKind.IMPRINT, amount=2500)
        guest, _address = paid(card)
        stripe.settled()
        outside.posts.clear()
        guest.bear("booking.manage", reservation(), reservation().guest)
        return guest

    return keep


def own() -> str:
    return f"/reservations/{reservation().id}"


def change(covers, **more):
    return {"date": SATURDAY, "time": "19:30", "covers": str(covers), **more}


def plain(text) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def guarantees() -> list[Guarantee]:
    db.session.rollback()
    db.session.expire_all()
    return queries.guarantees_of(reservation())


def most() -> int:
    """What may be taken of the guest, all told."""
    db.session.rollback()
    db.session.expire_all()
    return queries.imprint_left(queries.card_kept_for(reservation()))


def grow(guest, covers=8):
    page = guest.see(f"{own()}/modification?date={SATURDAY}&covers={covers}&time=19:30")
    return page.submit("#choice form[method=post]", time="19:30")


def missed(at):
    at(AFTER)
    with transaction():
        service.note_missed_party(reservation(), actor=TESTS)


# --- more guests ------------------------------------------------------------------------------------------------


def test_it_is_said_before_it_is_confirmed(kept):
    page = kept().see(f"{own()}/modification?date={SATURDAY}&covers=8&time=19:30")
    said = plain(page.text)
    assert "il ne faut pas d’autre carte" in said
    assert "jusqu’à 200,00 € pourront être débités de la carte •••• 3155, au lieu de 150,00 €" in said
    assert "En déplaçant la réservation, vous l’acceptez" in said


@on_both
def test_the_card_answers_for_more_once_its_holder_accepted(kept, stripe):
    guest = kept()
    page = grow(guest)
    assert (reservation().covers, most()) == (8, EIGHT)
    assert "Votre réservation est modifiée" in page.text
    assert len(stripe.get("setup_intents")["data"]) == 1
    told = plain(guest.see(own()).text)
    assert "200,00 € au plus" in told
    assert "150,00" not in told


def test_what_was_accepted_is_kept_with_its_day_and_the_words_that_were_read(kept, at):
    guest = kept()
    at("2026-03-11 09:00")
    grow(guest)
    first, last = guarantees()
    assert (first.amount, last.amount, last.covers) == (SIX, EIGHT, 8)
    assert last.accepted_at.isoformat()[:10] == "2026-03-11"
    assert "200,00" in last.receivable.rule
    assert [each.receivable.state for each in (first, last)] == [ReceivableState.SETTLED] * 2
    cards = db.session.scalars(sa.select(SavedCard).order_by(SavedCard.saved_at)).all()
    assert [card.released_at is None for card in cards] == [False, True]
    assert len({card.card for card in cards}) == 1


@pytest.mark.parametrize("accepted", [None, "", "15000", "99999", "x"])
def test_nothing_changes_for_who_did_not_read_it(kept, accepted):
    guest = kept()
    more = {} if accepted is None else {"accepted": accepted}
    answer = guest.post(f"{own()}/modification", data=change(8, **more))
    assert answer.status_code == 422
    told = plain(answer.get_data(as_text=True))
    assert "Lisez ce que devient la garantie" in told
    assert "jusqu’à 200,00 €" in told
    assert (reservation().covers, most()) == (6, SIX)


def test_who_reads_it_then_accepts(kept):
    guest = kept()
    answer = guest.post(f"{own()}/modification", data=change(8))
    assert 'name="accepted" value="20000"' in answer.get_data(as_text=True)
    guest.post(f"{own()}/modification", data=change(8, accepted="20000"))
    assert (reservation().covers, most()) == (8, EIGHT)


def test_all_that_was_accepted_may_be_charged_and_not_a_cent_more(kept, announced, at):
    grow(kept())
    missed(at)
    with pytest.raises(RuleBroken), transaction():
        charge_absence(reservation(), amount=EIGHT + 1, actor=TESTS)
    with transaction():
        charge_absence(reservation(), amount=EIGHT, actor=TESTS)
    run_jobs(strict=False)
    announced()
    assert amounts() == [EIGHT]
    at("2026-03-15 03:45")
    assert payment_jobs.reconcile() == 0


def test_the_team_seats_more_without_more_being_taken(kept):
    kept()
    with transaction():
        service.move_reservation(reservation(), wish(covers=8), actor=TESTS)
    assert (reservation().covers, most(), len(guarantees())) == (8, SIX, 1)


def test_the_first_card_cannot_be_charged_beside_the_second(kept, at):
    grow(kept())
    old = db.session.scalars(sa.select(SavedCard).where(SavedCard.released_at.is_not(None))).one()
    with pytest.raises(RuleBroken), transaction():
        payments.charge_saved_card(old, amount=100, label="x", key="k", actor=TESTS)


def test_another_day_for_as_many_asks_for_no_word(kept):
    guest = kept()
    answer = guest.post(f"{own()}/modification", data=change(6, date="2026-03-21"))
    assert answer.status_code == 303
    assert (most(), len(guarantees())) == (SIX, 1)


# --- fewer ------------------------------------------------------------------------------------------------------


def test_fewer_guests_in_time_are_answered_for_with_less(kept, at):
    guest = kept()
    at(IN_TIME)
    page = guest.see(f"{own()}/modification?date={SATURDAY}&covers=5&time=19:30")
    assert "125,00 € au plus, au lieu de 150,00 €" in plain(page.text)
    page.submit("#choice form[method=post]", time="19:30")
    assert (reservation().covers, most()) == (5, FIVE)


def test_the_team_may_note_fewer_in_time(kept, at):
    kept()
    at(IN_TIME)
    with transaction():
        service.move_reservation(reservation(), wish(covers=5), actor=TESTS)
    assert most() == FIVE


def test_fewer_guests_too_late_leave_it_as_it_was(kept, at):
    guest = kept()
    at(TOO_LATE)
    guest.post(f"{own()}/modification", data=change(5))
    assert (reservation().covers, most()) == (5, SIX)


def test_there_and_back_asks_for_another_word(kept, at):
    guest = kept()
    grow(guest, 5)
    assert guest.post(f"{own()}/modification", data=change(6)).status_code == 422
    grow(guest, 6)
    assert (most(), [each.amount for each in guarantees()]) == (SIX, [SIX, FIVE, SIX])


def test_calling_off_in_time_lets_the_card_go_however_often_it_grew(kept, at):
    guest = kept()
    grow(guest)
    at(IN_TIME)
    guest.post(f"{own()}/annulation", data={"reason": ""})
    assert queries.card_kept_for(reservation()) is None


def test_calling_off_too_late_keeps_it_for_all_that_was_accepted(kept, at):
    guest = kept()
    grow(guest)
    at(TOO_LATE)
    guest.post(f"{own()}/annulation", data={"reason": ""})
    assert most() == EIGHT


# --- a card that is still waited for ----------------------------------------------------------------------------


def test_a_card_not_left_yet_is_asked_for_the_new_number(house, stripe, visit, ruled):
    ruled(basis=GuaranteeKind.IMPRINT, amount=2500)
    table = promise(house, f"{SATURDAY} 19:30", covers=6)
    with transaction():
        ask_afterwards(table, actor=TESTS)
    guest = visit()
    guest.bear("booking.manage", table, table.guest)
    said = plain(guest.see(f"{own()}/modification?date={SATURDAY}&covers=8&time=19:30").text)
    assert "Ce changement demande une empreinte de 200,00 € au plus" in said
    way = guest.post(f"{own()}/modification", data=change(8)).headers["Location"]
    assert "200,00 € au plus" in plain(guest.see(way).text)
    states = [each.receivable.state for each in guarantees()]
    assert states == [ReceivableState.RELEASED, ReceivableState.OPEN]

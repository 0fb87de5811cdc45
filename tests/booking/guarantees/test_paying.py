"""A guest is asked for a guarantee, pays it, and has their table: once, whatever happens in between."""

import io
from datetime import date, time, timedelta

import pypdf
import sqlalchemy as sa

from app.booking import service
from app.booking.guarantees import ruling
from app.booking.guarantees.asking import terms_again
from app.booking.guarantees.jobs import follow_guarantee
from app.booking.guarantees.presentation import shown_terms, told_terms
from app.booking.jobs import expire_holds
from app.booking.models import (
    BookingPolicy,
    ExceptionalDay,
    Guarantee,
    GuaranteeWho,
    Reservation,
    ReservationState,
    Shift,
)
from app.kernel.db import db, transaction
from app.kernel.law import LegalWording
from app.payments import jobs as payment_jobs
from app.payments.models import Receivable, ReceivableState
from tests.booking.guarantees.conftest import PARTY, amounts, guarantee, reservation
from tests.booking.houses import SATURDAY, TESTS, fill, promise, typed
from tests.booking.soundness import unsound
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs
from tests.payments.doubles import CONFIRMED, DECLINED

S = ReservationState


def test_it_is_said_before_anything_is_typed(visit, ruled, stripe):
    ruled()
    page = visit().see(f"/reserver?date={SATURDAY}&covers=6")
    assert "Dîner : 60,00 € d’arrhes, rendus jusqu’à 2 jours avant, ensuite gardés" in page.text.replace("\xa0", " ")
    assert "Une garantie" not in visit().see(f"/reserver?date={SATURDAY}&covers=2").text


def test_a_rule_of_special_nights_is_of_those_alone(visit, ruled, stripe, house):
    ruled(is_for_occasions=True, shifts=["Dîner"])
    assert "Une garantie" not in visit().see(f"/reserver?date={SATURDAY}&covers=6").text
    with transaction():
        day = ExceptionalDay(establishment_id=house.id, day=date(2026, 3, 14), title="Soirée huîtres")
        day.shifts = [Shift(establishment_id=house.id, name="Huîtres", weekdays=[], first=time(19), last=time(21))]
        db.session.add(day)
        db.session.get_one(BookingPolicy, house.id).version += 1
    assert "Huîtres : 60,00" in visit().see(f"/reserver?date={SATURDAY}&covers=6").text


def test_without_keys_nothing_is_asked(visit, ruled, house):
    ruled()
    assert "Une garantie" not in visit().see(f"/reserver?date={SATURDAY}&covers=6").text
    assert "confirmation" in visit().post("/reserver", data=typed(**PARTY)).headers["Location"]


def test_who_did_not_accept_is_shown_the_terms(visit, ruled, stripe):
    ruled()
    guest = visit()
    guest.post("/reserver", data=PARTY)
    answer = guest.post("/reserver", data=typed(**PARTY, terms="another"))
    assert answer.status_code == 422
    assert "Lisez la garantie" in answer.get_data(as_text=True)
    assert db.session.scalars(sa.select(Receivable)).all() == []


def test_who_accepted_other_terms_reads_those_of_now(visit, house, ruled, stripe):
    ruled()
    guest = visit()
    guest.post("/reserver", data=PARTY)
    seal = guest.see("/reserver/coordonnees").first("#terms").attributes["value"]
    with transaction():
        ruling.move_rule_up(house, ruled(amount=2000), actor=TESTS)
    assert guest.post("/reserver", data=typed(**PARTY, terms=seal)).status_code == 422


def test_the_table_is_held_while_they_pay(asked, ruled, at):
    ruled()
    _guest, address = asked()
    held = reservation()
    assert address == f"/paiements/{guarantee().receivable_id}"
    assert (held.state, held.first_name, held.covers) == (S.HELD, "Alice", 6)
    assert round((held.held_until - guarantee().created_at) / timedelta(minutes=1)) == 15
    assert guarantee().receivable.expires_at == held.held_until
    at("2026-03-10 10:14")
    assert expire_holds() == 0


def test_it_is_paid_and_promised(paid, ruled, outbox):
    ruled()
    guest, address = paid()
    run_jobs()
    assert (reservation().state, amounts()) == (S.CONFIRMED, [6000])
    back = guest.see(address).first("a.button--primary").attributes["href"]
    assert guest.get(back).headers["Location"] == f"/reservations/{reservation().id}/confirmation"
    page = guest.see(f"/reservations/{reservation().id}/confirmation")
    assert "60,00 € payés" in page.text.replace("\xa0", " ")
    letter = next(mail for mail in outbox if "réservée" in mail.subject)
    assert "60,00 € payés" in letter.text.replace("\xa0", " ")
    assert "jusqu’au" in letter.text
    assert unsound() == []


def test_the_two_letters_carry_their_papers(paid, ruled, outbox):
    ruled()
    paid()
    files = sorted(name for mail in outbox for name in mail.attachments)
    reference = reservation().reference
    assert files == ["recu-000001.pdf", f"reservation-{reference}.ics", f"reservation-{reference}.pdf"]
    (card,) = [mail.attachments[files[2]] for mail in outbox if files[2] in mail.attachments]
    text = pypdf.PdfReader(io.BytesIO(card)).pages[0].extract_text().replace("\u00a0", " ").replace("\u202f", " ")
    assert "60,00 € payés" in text
    assert "Annulation sans frais" in text


def test_what_was_told_keeps_the_words_of_law_of_its_day(asked, ruled, house, at):
    ruled()
    _guest, _address = asked()
    with transaction() as session:
        session.add(
            LegalWording(
                key="guarantee.pledge", language="fr", text="Des arrhes, selon le nouveau code.",
                valid_from=date(2026, 3, 11), source="Nouveau code",
            )
        )  # fmt: skip
    at("2026-03-11 10:00")
    assert "article\u00a0L214\u20111" in guarantee().receivable.rule
    assert "article\u00a0L214\u20111" in told_terms(reservation()).law
    assert shown_terms(terms_again(guarantee()), house).law == "Des arrhes, selon le nouveau code."


def test_the_way_back_is_enough_when_nothing_is_announced_and_no_job_ran(asked, ruled, stripe):
    ruled()
    guest, address = asked()
    stripe.levers(hold=True)
    back = stripe.pay(guest.post(address).headers["Location"], CONFIRMED)
    guest.get(back.removeprefix(guest.base_url))
    assert guest.get(f"/reserver/garantie/{guarantee().id}").status_code == 303
    assert reservation().state is S.CONFIRMED


@on_both
def test_what_is_announced_is_enough_when_they_never_come_back(asked, ruled, stripe, announced):
    ruled()
    guest, address = asked()
    stripe.pay(guest.post(address).headers["Location"])
    announced(times=3)
    announced()
    assert (reservation().state, amounts()) == (S.CONFIRMED, [6000])


def test_a_declined_card_may_try_again_while_the_table_is_held(asked, ruled, stripe, announced):
    ruled()
    guest, address = asked()
    page = guest.post(address).headers["Location"]
    assert "402" in stripe.pay(page, DECLINED)
    assert reservation().state is S.HELD
    stripe.pay(page)
    announced()
    assert reservation().state is S.CONFIRMED


def test_two_clicks_and_two_tabs_ask_once(asked, ruled):
    ruled()
    guest, address = asked()
    _guest, again = asked(guest)
    assert again == address
    assert len(db.session.scalars(sa.select(Guarantee)).unique().all()) == 1


def test_another_time_chosen_asks_nothing_more_for_the_first(visit, asked, ruled):
    ruled()
    guest, _address = asked()
    asked(guest, time="21:30")
    states = {row.local_time.hour: row.state for row in db.session.scalars(sa.select(Reservation))}
    asked_states = {
        each.reservation.local_time.hour: each.receivable.state
        for each in db.session.scalars(sa.select(Guarantee)).unique()
    }
    assert states == {19: S.EXPIRED, 21: S.HELD}
    assert asked_states == {19: ReceivableState.RELEASED, 21: ReceivableState.OPEN}


def test_who_paid_already_and_sends_again_is_led_to_the_confirmation(asked, ruled, stripe):
    ruled()
    guest, address = asked()
    seal = guest.see("/reserver/coordonnees").first("#terms").attributes["value"]
    back = stripe.pay(guest.post(address).headers["Location"])
    guest.get(back.removeprefix(guest.base_url))
    run_jobs()
    answer = guest.post("/reserver", data=typed(**PARTY, terms=seal))
    assert answer.headers["Location"] == f"/reservations/{reservation().id}/confirmation"
    assert amounts() == [6000]


def test_given_up_it_frees_the_table_and_may_be_begun_again(asked, ruled, at, stripe):
    ruled()
    guest, address = asked()
    at("2026-03-10 10:16")
    payment_jobs.expire_receivables()
    expire_holds()
    assert reservation().state is S.EXPIRED
    way = guest.see(address).first("a.button").attributes["href"]
    page = guest.see(way)
    assert "Ce que vous aviez tapé est conservé" in page.text
    again = guest.post(way)
    assert again.headers["Location"].startswith("/paiements/")
    held = db.session.scalars(sa.select(Reservation).where(Reservation.state == S.HELD)).one()
    assert (held.first_name, held.email, held.covers) == ("Alice", "alice@example.org", 6)
    assert unsound() == []


def test_begun_again_when_the_table_is_gone_it_says_so(asked, ruled, at, house):
    ruled()
    guest, _address = asked()
    way = f"/reserver/garantie/{guarantee().id}"
    at("2026-03-10 10:16")
    expire_holds()
    fill(house, f"{SATURDAY} 19:30", 4)
    answer = guest.post(way)
    assert answer.status_code == 409
    assert "n’est plus gardée" in answer.get_data(as_text=True).replace("&#39;", "’")


def test_nobody_else_opens_it(asked, ruled, visit, cast):
    ruled()
    asked()
    way = f"/reserver/garantie/{guarantee().id}"
    assert visit().get(way).status_code in (302, 303, 403)
    assert visit(cast.bruno).get(way).status_code == 403
    assert visit(cast.bruno).post(way).status_code == 403


def test_following_a_payment_twice_promises_once(paid, ruled, outbox):
    ruled()
    paid()
    for _twice in range(2):
        follow_guarantee(guarantee_id=str(guarantee().id))
    run_jobs()
    assert len([mail for mail in outbox if "réservée" in mail.subject]) == 1


def test_a_newcomer_is_asked_once_their_address_is_known(visit, ruled, stripe, house):
    ruled(who=GuaranteeWho.FIRST_VISIT, covers_from=1)
    guest = visit()
    assert "Une garantie" not in guest.see(f"/reserver?date={SATURDAY}&covers=2").text
    page = guest.see(f"/reserver?date={SATURDAY}&covers=2").submit("#choice form[method=post]", time="19:30")
    asked = guest.post("/reserver", data=typed())
    assert asked.status_code == 422
    assert "20,00" in asked.get_data(as_text=True)
    assert not page.has("#terms")


def test_who_came_before_is_no_newcomer(visit, ruled, stripe, house, at):
    came = promise(house, "2026-03-10 19:30")
    at("2026-03-10 19:31")
    with transaction():
        service.seat_party(came, actor=TESTS)
    ruled(who=GuaranteeWho.FIRST_VISIT, covers_from=1)
    assert "confirmation" in visit().post("/reserver", data=typed()).headers["Location"]


def test_who_was_missed_before_is_asked(visit, ruled, stripe, house, at):
    missed = promise(house, "2026-03-10 19:30")
    at("2026-03-10 21:00")
    with transaction():
        service.note_missed_party(missed, actor=TESTS)
    ruled(who=GuaranteeWho.PAST_ABSENCE, covers_from=1)
    assert visit().post("/reserver", data=typed()).status_code == 422
    assert "confirmation" in visit().post("/reserver", data=typed(email="eve@example.org")).headers["Location"]

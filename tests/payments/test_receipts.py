"""Receipts: what came in, in the word of law under which it was asked; for the team and for whoever pays."""

import io
from datetime import date

import pypdf
import pytest
import sqlalchemy as sa

from app.kernel import delivery, documents, files, press, privacy
from app.kernel.db import db, transaction
from app.kernel.documents import DocumentState
from app.kernel.law import LegalWording
from app.kernel.lifecycle import RuleBroken
from app.kernel.messages import Message
from app.kernel.storage import StorageDown
from app.payments import service
from app.payments.models import Purpose
from app.traces.queries import documents_of
from tests.factories import TESTS
from tests.harness.mailbox import Letter, run_jobs

PLEDGED = "article 1590 du Code civil"
RULE = "Rendues jusqu’à la veille à midi."


def text_of(receipt) -> str:
    (page,) = pypdf.PdfReader(io.BytesIO(files.content_of(receipt.file))).pages
    return " ".join(page.extract_text().replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.mark.parametrize(
    ("purpose", "title", "law"),
    [
        (Purpose.PLEDGE, "Reçu d’arrhes", PLEDGED),
        (Purpose.DEPOSIT, "Reçu d’acompte", "engagement ferme"),
        (Purpose.PREPAYMENT, "Reçu de paiement", ""),
    ],
)
def test_it_says_the_word_of_law_and_what_it_binds_to(asked, paid, purpose, title, law):
    receipt = service.receipt_of(paid(asked(12000, purpose, rule=RULE)))
    text = text_of(receipt)
    assert receipt.filename == "recu-000001.pdf"
    for said in ("120,00 €", title, "Alice", "Table du 14 mars", "10 mars 2026", RULE, law):
        assert said in text
    assert ("Code civil" in text) == bool(law)


def test_it_keeps_the_words_of_the_day_on_which_it_was_asked(asked, paid, at):
    before = asked(12000)
    with transaction() as session:
        session.add(
            LegalWording(
                key="receipt.pledge", language="fr", text="Arrhes, au sens du nouveau code.", valid_from=date(2026, 3, 11),
                source="Nouveau code",
            )
        )  # fmt: skip
    at("2026-03-12 10:00")
    assert PLEDGED in text_of(service.receipt_of(paid(before)))
    assert "nouveau code" in text_of(service.receipt_of(paid(asked(12000))))


def test_it_is_drawn_once_however_often_it_is_asked_for(asked, paid):
    payment = paid(asked())
    first = service.receipt_of(payment)
    assert service.receipt_of(payment).id == first.id
    assert len(documents.versions_about(payment)) == 1


def test_one_that_failed_is_tried_again_at_the_next_ask(asked, paid, monkeypatch):
    payment = paid(asked())

    def stops(_html, _archive):
        raise press.DrawingStopped("trop long")

    with monkeypatch.context() as broken:
        broken.setattr(press, "pdf", stops)
        failed = service.receipt_of(payment)
    assert (failed.state, failed.reason) == (DocumentState.FAILED, "trop long")
    assert service.receipt_of(payment).is_ready


def test_it_speaks_the_payer_s_language(asked, paid):
    receivable = asked()
    with transaction():
        receivable.language = "en"
    assert "Alice" in text_of(service.receipt_of(paid(receivable)))
    assert documents.versions_about(paid(receivable))[0].language == "en"


def test_money_that_was_undone_has_none(asked, paid):
    payment = paid(asked())
    with transaction():
        service.reverse_movement(payment, reason="Erreur", actor=TESTS)
    with pytest.raises(RuleBroken, match="n’a pas de reçu"):
        service.receipt_of(payment)


def test_one_that_was_given_back_keeps_its_own(asked, paid):
    payment = paid(asked())
    with transaction():
        service.give_back(payment.establishment, amount=3000, reason="Annulée à temps", key="k", actor=TESTS)
    assert "30,00 €" in text_of(service.receipt_of(payment))


# --- with the letter ------------------------------------------------------------------------------------------------


def sent_by(outbox):
    """The one letter that has left, which leads to its receipt in any case, and the names of its files."""
    (raw,) = outbox.server.letters
    letter = Letter(raw)
    assert any("/paiement/" in link for link in letter.links)
    return letter, list(letter.attachments)


def test_the_letter_carries_the_receipt(asked, paid, outbox):
    payment = paid(asked())
    run_jobs()
    letter, files_with_it = sent_by(outbox)
    assert files_with_it == ["recu-000001.pdf"]
    assert letter.attachments["recu-000001.pdf"] == files.content_of(service.receipt_of(payment).file)
    assert "Votre reçu est joint à ce message." in letter.text
    assert "Votre reçu est joint" in letter.html
    assert len(documents.versions_about(payment)) == 1


def test_it_leaves_once_however_often_its_job_runs(asked, paid, outbox):
    payment = paid(asked())
    run_jobs()
    message = db.session.scalars(sa.select(Message)).one()
    delivery.deliver_message(message_id=str(message.id))
    sent_by(outbox)
    assert len(documents.versions_about(payment)) == 1


def stopped(_html, _archive):
    raise press.DrawingStopped("trop long")


def broken(_html, _archive):
    raise ZeroDivisionError


@pytest.mark.parametrize("press_now", [stopped, broken])
def test_a_press_that_fails_keeps_no_letter_back_and_its_link_draws(asked, paid, outbox, monkeypatch, press_now):
    payment = paid(asked())
    with monkeypatch.context() as worn:
        worn.setattr(press, "pdf", press_now)
        run_jobs(strict=False)
    letter, files_with_it = sent_by(outbox)
    assert files_with_it == []
    assert "joint" not in letter.text
    assert service.receipt_of(payment).is_ready


def test_a_press_that_lasts_keeps_no_letter_back_and_draws_afterwards(asked, paid, outbox, monkeypatch):
    payment = paid(asked())
    with monkeypatch.context() as hurried:
        hurried.setattr(delivery, "time_allowed", lambda _app: 0)
        message = db.session.scalars(sa.select(Message)).one()
        delivery.deliver_message(message_id=str(message.id))
    assert sent_by(outbox)[1] == []
    (promised,) = documents.versions_about(payment)
    assert promised.state is DocumentState.WAITING
    run_jobs()
    assert len(outbox.server.letters) == 1
    assert documents.versions_about(payment)[0].is_ready


def test_a_storage_that_is_away_keeps_no_letter_back(asked, paid, outbox, monkeypatch):
    paid(asked())

    def away(_file):
        raise StorageDown("away")

    with monkeypatch.context() as cut:
        cut.setattr(files, "content_of", away)
        run_jobs()
    assert sent_by(outbox)[1] == []


def test_money_undone_before_the_letter_left_is_not_announced(asked, paid, outbox):
    payment = paid(asked())
    with transaction():
        service.reverse_movement(payment, reason="Erreur", actor=TESTS)
    assert list(outbox) == []


# --- pages ----------------------------------------------------------------------------------------------------------


def test_the_team_fetches_it_from_the_payment(visit, cast, asked, paid):
    payment = paid(asked())
    url = visit(cast.diane).see(f"/admin/paiements/{payment.id}").links()["Reçu"]
    answer = visit(cast.diane).get(url)
    assert (answer.mimetype, answer.headers["Content-Disposition"]) == (
        "application/pdf", "attachment; filename=recu-000001.pdf",
    )  # fmt: skip
    assert "Reçu d’arrhes ou d’acompte" in visit(cast.diane).see(f"/admin/paiements/{payment.id}").text


def follow(visitor, letter):
    (link,) = [each for each in letter.links if "/paiement/" in each]
    return visitor.see(link.removeprefix("http://localhost"))


def test_whoever_pays_fetches_it_by_the_link_of_the_letter(visit, asked, paid, outbox):
    receivable, visitor = asked(), visit()
    paid(receivable)
    (letter,) = outbox.to(receivable.payer_email)
    page = follow(visitor, letter)
    assert "C’est payé" in page.text
    answer = visitor.get(page.links()["Télécharger le reçu"])
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize("stranger", [None, "eve", "bruno"])
def test_it_is_for_nobody_else(visit, cast, asked, paid, stranger):
    receivable = asked()
    payment = paid(receivable)
    visitor = visit(getattr(cast, stranger)) if stranger else visit()
    assert visitor.get(f"/paiements/{receivable.id}/recu.pdf").status_code in (302, 403)
    assert visitor.get(f"/admin/paiements/{payment.id}/recu.pdf").status_code in (302, 403)
    assert documents.versions_about(payment) == []


def test_before_anything_is_paid_there_is_none(visit, asked, outbox):
    receivable, visitor = asked(), visit()
    with transaction():
        service.send_link(receivable, actor=TESTS)
    follow(visitor, outbox[-1])
    assert visitor.get(f"/paiements/{receivable.id}/recu.pdf").status_code == 404


def test_it_names_somebody_and_goes_with_their_data(cast, asked, paid):
    payment = paid(asked())
    receipt = service.receipt_of(payment)
    assert documents_of(privacy.known(cast.alice.id)) == [receipt]

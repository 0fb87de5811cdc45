"""Letters in the words of an establishment: written, previewed, tried out, taken back, and read in one's language."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from app.accounts.service import actor_for
from app.booking import service as booking
from app.kernel import documents, files
from app.kernel.audit import entries_on
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed
from app.kernel.scopes import Scope
from app.kernel.wordings import Texts, wordings
from app.notifications.jobs import send_due
from app.notifications.wordings import service
from app.notifications.wordings.models import wording_id
from app.notifications.wordings.queries import kept_wording
from tests.booking.houses import open_house as open_small
from tests.booking.promises import HOUSE, book
from tests.factories import make_user
from tests.harness.mailbox import run_jobs

ROOT = "/admin/reglages/courriers"
URL = f"{ROOT}/booking.confirmed/fr"
OURS = Texts("À {heure}, {prenom}", "Cher {prenom},\n\nOn vous attend\nde pied ferme !", "Le parking est au {maison}.")


@pytest.fixture
def manager(visit, cast, house):
    return visit(cast.chloe)


def word(house, texts=OURS, code="booking.confirmed", language="fr", actor=HOUSE):
    with transaction():
        service.word_letter(wordings()[code], texts, language=language, house=house, actor=actor)


def history(house, code="booking.confirmed", language="fr"):
    db.session.expire_all()
    return entries_on("LetterWording", wording_id(house.id, code, language))


# --- what the guest reads ---------------------------------------------------------------------------------------


def test_the_letter_says_it_around_the_same_card(house, outbox):
    word(house)
    reservation = book(house, first_name="<Zoé> & Cie")
    (letter,) = outbox.to("alice@example.org")
    assert letter.subject == "À 20 h 15, <Zoé> & Cie"
    text = letter.text.replace("\r\n", "\n")
    assert text.startswith("Cher <Zoé> & Cie,\n\nOn vous attend\nde pied ferme !\n\n")
    assert f"Le parking est au {house.name}." in letter.text
    assert "Cher &lt;Zoé&gt; &amp; Cie," in letter.html
    assert "On vous attend<br>de pied ferme" in letter.html
    assert reservation.reference in letter.html
    assert [link for link in letter.links if "/reservations/" in link]
    assert "Vous recevez ce message parce que vous avez réservé" in letter.text


def test_other_languages_and_other_houses_keep_the_original(house, outbox):
    word(house)
    book(house, language="en")
    book(open_small(), email="eve@example.org")
    assert outbox.to("alice@example.org")[0].subject.startswith("Your table is booked")
    assert outbox.to("eve@example.org")[0].subject.startswith("Votre table est réservée")


def test_a_name_is_never_read_as_a_tag_or_a_header(house, outbox):
    word(house, Texts("Pour {nom}", "Bonjour {nom}", ""))
    book(house, first_name="{telephone}", last_name="Bcc: eve@example.org")
    (letter,) = outbox
    assert letter.subject.startswith("Pour {telephone} Bcc")
    assert letter.raw["Bcc"] is None


def test_a_reason_is_said_when_there_is_one(house, outbox):
    reservation = book(house)
    outbox.forget()
    with transaction():
        booking.cancel_reservation(reservation, actor=HOUSE, reason="")
    assert "Motif" not in outbox[0].text
    assert "désolés" in outbox[0].text


def test_the_digest_and_the_notice_told_alone_have_words_too(house, cast, outbox, choose):
    word(house, Texts("[{maison}] {message}", "{categorie} : {message}", ""), "notifications.announcement")
    choose(cast.chloe, everything="now")
    book(house)
    outbox.forget()
    book(house, email="eve@example.org", covers=2)
    len(outbox)
    send_due()
    letter = outbox.to(cast.chloe.login)[-1]
    assert letter.subject.startswith(f"[{house.name}] ")
    assert "Réservations : " in letter.text


# --- the pages --------------------------------------------------------------------------------------------------


def test_a_manager_changes_the_words_and_sees_which_are_changed(manager, house):
    assert not manager.see(ROOT).has(".badge--info")
    page = manager.see(URL)
    assert page.fields("#wording-form")["subject"] == "Votre table est réservée : {jour} à {heure}"
    page = page.submit("#wording-form", subject=OURS.subject, opening=OURS.opening, closing=OURS.closing)
    assert page.fields("#wording-form")["closing"] == OURS.closing
    assert page.has(".badge--info")
    assert len(manager.see(ROOT).all(".badge--info")) == 1
    assert kept_wording("booking.confirmed", "fr", house.id).texts == OURS


def test_its_history_says_before_and_after(manager, cast, house):
    manager.see(URL).submit("#wording-form", subject="Table gardée")
    (entry,) = history(house)
    assert entry.changes == {"subject": ["Votre table est réservée : {jour} à {heure}", "Table gardée"]}
    page = manager.see(URL)
    assert f"{cast.chloe.person.full_name} a changé le texte d’un courrier (Français)" in page.text
    assert "Objet : Votre table est réservée : {jour} à {heure} → Table gardée." in page.text


def test_the_original_comes_back(manager, house):
    word(house)
    page = manager.see(URL).submit(f"[action='{URL}/origine']")
    assert page.fields("#wording-form")["closing"] == ""
    assert not page.has(".badge--info")
    assert kept_wording("booking.confirmed", "fr", house.id) is None
    assert history(house)[0].fact == "notifications.wording_taken_back"


def test_an_earlier_version_is_taken_up_again(manager, house):
    for subject in ("Première", "Deuxième", "Troisième"):
        page = manager.see(URL).submit("#wording-form", subject=subject)
    *_newer, first = [link["href"] for link in page.all(".timeline a")]
    page = manager.see(first)
    assert page.fields("#wording-form")["subject"] == "Première"
    assert "rien n’a encore changé" in page.text
    assert kept_wording("booking.confirmed", "fr", house.id).subject == "Troisième"
    page.submit("#wording-form")
    db.session.expire_all()
    assert kept_wording("booking.confirmed", "fr", house.id).subject == "Première"


def test_a_version_of_another_letter_is_none_of_this_one(manager, house):
    word(house)
    (entry,) = history(house)
    assert manager.get(f"{ROOT}/booking.changed/fr?version={entry.number}").status_code == 404
    assert manager.get(f"{URL}?version={entry.number}").status_code == 200


def test_typing_the_original_again_is_taking_it_back(manager, house):
    page = manager.see(URL)
    original = page.fields("#wording-form")["subject"]
    page.submit("#wording-form", subject="Autre").submit("#wording-form", subject=original)
    assert kept_wording("booking.confirmed", "fr", house.id) is None


def test_the_same_words_again_are_no_news(manager, house):
    manager.see(URL).submit("#wording-form").submit("#wording-form")
    assert history(house) == []


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"subject": "Pour {prenon}"}, "subject", "{prenon} n’est pas une balise"),
        ({"subject": ""}, "subject", "vide"),
        ({"subject": "a\x07"}, "subject", "invisibles"),
        ({"opening": "x" * 2001}, "opening", "2000 caractères"),
    ],
)
def test_what_cannot_be_said_is_told_and_nothing_is_lost(manager, house, typed, field, told):
    page = manager.see(URL).submit("#wording-form", **{"closing": "Gardez-moi", **typed})
    assert page.status == 422
    assert told in page.first(f"#{field}-error").text
    assert page.fields("#wording-form")["closing"] == "Gardez-moi"
    assert kept_wording("booking.confirmed", "fr", house.id) is None


def test_the_tags_are_listed_with_an_example(manager):
    page = manager.see(f"{ROOT}/booking.confirmed/en", language="en")
    assert "{prenom}" in page.text
    assert "Camille" in page.text
    assert "{couverts} Size of the party 4 guests" in page.text


@pytest.mark.parametrize("code", ["booking.nothing", "../etc", "booking.confirmed/de"])
def test_a_letter_nobody_declared_has_no_page(manager, code):
    assert manager.get(f"{ROOT}/{code}" if "/" in code else f"{ROOT}/{code}/fr").status_code == 404


# --- preview and trial ------------------------------------------------------------------------------------------


def test_the_preview_shows_what_is_typed_and_keeps_nothing(manager, house):
    values = manager.see(URL).fields("#wording-form")
    answer = manager.post(f"{URL}/apercu", data={**values, "opening": "Cher {prenom} <i>"})
    assert "Cher Camille &lt;i&gt;" in answer.get_data(as_text=True)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    plain = manager.post(f"{URL}/apercu", data={**values, "opening": "Cher {prenom} <i>", "forme": "texte"})
    assert "Cher Camille <i>" in plain.get_data(as_text=True)
    assert plain.mimetype == "text/plain"
    wrong = manager.post(f"{URL}/apercu", data={**values, "subject": "{rien}"})
    assert (wrong.status_code, "{rien} n’est pas une balise" in wrong.get_data(as_text=True)) == (422, True)
    assert kept_wording("booking.confirmed", "fr", house.id) is None


@pytest.mark.parametrize("code", sorted(wordings()))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_letter_has_a_preview(manager, code, language):
    answer = manager.get(f"{ROOT}/{code}/{language}/apercu")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert f'lang="{language}"' in answer.get_data(as_text=True)
    assert "frame-src 'self'" in manager.get(f"{ROOT}/{code}/{language}").headers["Content-Security-Policy"]


@pytest.mark.parametrize("code", sorted(code for code, declared in wordings().items() if not declared.is_paper))
def test_a_trial_goes_to_oneself_alone(manager, cast, house, outbox, code):
    url = f"{ROOT}/{code}/en"
    values = manager.see(url).fields("#wording-form")
    page = manager.arrive(url, manager.post(f"{url}/essai", data={**values, "subject": "Is this fine?"}))
    assert cast.chloe.login in page.text
    (letter,) = outbox
    assert (letter.address, letter.subject) == (cast.chloe.login, "Is this fine?")
    assert kept_wording(code, "en", house.id) is None


def test_a_trial_that_cannot_be_said_does_not_leave(manager, outbox):
    values = manager.see(URL).fields("#wording-form")
    page = manager.arrive(URL, manager.post(f"{URL}/essai", data={**values, "opening": "{rien}"}))
    assert page.status == 422
    assert len(outbox) == 0


# --- who may ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stranger", ["bruno", "diane"])
def test_others_change_nothing(house, visit, cast, stranger):
    visitor = visit(getattr(cast, stranger))
    for path in (ROOT, URL, f"{URL}/apercu"):
        assert visitor.get(path).status_code == 403
    for path in (URL, f"{URL}/origine", f"{URL}/essai", f"{URL}/apercu"):
        assert visitor.post(path, data=vars(OURS)).status_code == 403


def test_the_manager_of_one_house_words_its_letters_only(house, visit):
    other = open_small()
    there = make_user("Zoé", "manager", scope=Scope("establishment", str(other.id)))
    visit(there).see(URL).submit("#wording-form", subject="Chez nous")
    assert kept_wording("booking.confirmed", "fr", other.id).subject == "Chez nous"
    assert kept_wording("booking.confirmed", "fr", house.id) is None
    with pytest.raises(NotAllowed):
        word(house, actor=actor_for(there))


def test_a_tag_the_letter_offers_no_more_says_nothing(house, outbox):
    word(house)
    with transaction():
        kept_wording("booking.confirmed", "fr", house.id).opening = "Bonjour {disparu}{prenom}"
    book(house)
    assert outbox[0].text.startswith("Bonjour Alice\r\n")


# --- papers -----------------------------------------------------------------------------------------------------

PAPER = f"{ROOT}/booking.confirmation/fr"


def test_a_paper_says_the_words_of_the_house(manager, house):
    manager.see(PAPER).submit("#wording-form", subject="On vous attend, {prenom}", opening="Parking au {maison}.")
    reservation = book(house)
    run_jobs()
    drawn = documents.latest("booking.confirmation", reservation)
    text = PdfReader(BytesIO(files.content_of(drawn.file))).pages[0].extract_text().replace("\xa0", " ")
    assert "On vous attend, Alice" in text
    assert f"Parking au {house.name}." in text
    assert len(PdfReader(BytesIO(files.content_of(drawn.file))).pages) == 1


def test_a_paper_is_seen_as_typed_on_the_page_and_as_a_pdf(manager, house):
    typed = {**manager.see(PAPER).fields("#wording-form"), "subject": "Pour {nom}"}
    shown = manager.post(f"{PAPER}/apercu", data=typed)
    assert "Pour Camille Moreau" in shown.get_data(as_text=True)
    assert '"app:' not in shown.get_data(as_text=True)
    drawn = manager.post(f"{PAPER}/apercu.pdf", data=typed)
    assert (drawn.mimetype, drawn.data[:5]) == ("application/pdf", b"%PDF-")
    assert kept_wording("booking.confirmation", "fr", house.id) is None


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"subject": "{inconnue}"}, "n’est pas une balise"),
        ({"subject": ""}, "ne peut pas être vide"),
        ({"opening": "x" * 300}, "200 caractères au plus"),
        ({"opening": "x\n" * 7}, "6 lignes au plus"),
        ({"closing": "{% for x in range(10**9) %}"}, "n’est pas une balise"),
    ],
)
def test_what_a_paper_cannot_say_is_told(manager, house, typed, told):
    values = {**manager.see(PAPER).fields("#wording-form"), **typed}
    for way in ("apercu", "apercu.pdf"):
        answer = manager.post(f"{PAPER}/{way}", data=values)
        assert (answer.status_code, told in answer.get_data(as_text=True)) == (422, True)
    assert told in manager.arrive(PAPER, manager.post(PAPER, data=values)).text
    assert kept_wording("booking.confirmation", "fr", house.id) is None


def test_what_is_typed_in_a_paper_is_text(manager, house):
    typed = {
        **manager.see(PAPER).fields("#wording-form"),
        "closing": '<img src="file:///etc/passwd"><script>x</script>',
    }
    assert "&lt;img src=" in manager.post(f"{PAPER}/apercu", data=typed).get_data(as_text=True)
    assert manager.post(f"{PAPER}/apercu.pdf", data=typed).data.startswith(b"%PDF-")


def test_a_letter_is_not_drawn_and_a_paper_is_not_mailed(manager, house):
    assert manager.post(f"{URL}/apercu.pdf", data={}).status_code == 404
    assert manager.post(f"{PAPER}/essai", data={}).status_code == 404


PAPERS = sorted(code for code, declared in wordings().items() if declared.is_paper)


@pytest.mark.parametrize("code", PAPERS)
def test_nothing_typed_in_any_paper_runs_loops_or_fetches(manager, house, code):
    url = f"{ROOT}/{code}/fr"
    values = manager.see(url).fields("#wording-form")
    hostile = '<img src="http://127.0.0.1/"><link rel="attachment" href="file:///etc/passwd"> ../../x'
    shown = manager.post(f"{url}/apercu", data={**values, "opening": hostile}).get_data(as_text=True)
    assert "&lt;img src=" in shown
    assert '<link rel="attachment"' not in shown
    for program in ("{% for x in range(10**9) %}x", "{{ config }}", "{maison.__class__}", "a\x00b"):
        assert manager.post(f"{url}/apercu", data={**values, "closing": program}).status_code == 422
    assert kept_wording(code, "fr", house.id) is None


@pytest.mark.parametrize("code", PAPERS)
def test_what_a_paper_says_for_a_house_comes_back_to_the_original(manager, house, code):
    url = f"{ROOT}/{code}/en"
    page = manager.see(url).submit("#wording-form", closing="Chez {maison}, toujours.")
    assert "Chez {maison}, toujours." in page.fields("#wording-form")["closing"]
    page = page.submit(f"[action='{url}/origine']")
    assert "toujours" not in page.fields("#wording-form")["closing"]
    assert len(history(house, code, "en")) == 2


def test_the_title_of_an_invoice_and_what_the_law_wants_are_nobodys_to_change(manager, house):
    url = f"{ROOT}/invoices.invoice/fr"
    assert "subject" not in manager.see(url).fields("#wording-form")
    word(house, Texts("", "Payé comptant.", ""), "invoices.invoice")
    shown = manager.get(f"{url}/apercu").get_data(as_text=True)
    assert "<h1>Facture</h1>" in shown
    assert "Payé comptant." in shown

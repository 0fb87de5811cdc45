"""The log of messages, for the team; the capture box, for whoever tries the demonstration."""

from datetime import datetime

from flask import Response, abort, current_app, url_for

from app.directory.queries import zone_of
from app.kernel import datasets, navigation
from app.kernel.access import acting
from app.kernel.files import send_attachment
from app.kernel.formats import instant
from app.kernel.guards import public, requires
from app.kernel.security import holding_frames
from app.kernel.web import page
from app.notifications import mailbox
from app.notifications.bounces.queries import bounces_lately
from app.notifications.datasets import MESSAGES, SUPPRESSED
from app.notifications.mailbox import CapturedLetter
from app.notifications.permissions import LIFT, VIEW
from app.notifications.views.blueprint import bp
from app.notifications.views.frames import framed


@bp.get("/admin/messages")
@requires(VIEW)
def message_list() -> Response:
    """Show the messages sent, and what became of each."""
    may_lift = acting().may(LIFT)
    return datasets.list_page(MESSAGES, "notifications/message_list.html", may_lift=may_lift)


@bp.get("/admin/messages/adresses-ecartees")
@requires(LIFT)
def suppressed_address_list() -> Response:
    """Show the addresses to which nothing is sent any more, and why."""
    bounces = bounces_lately() if current_app.config["BOUNCE_MAILBOX"] else None
    return datasets.list_page(SUPPRESSED, "notifications/suppressed_address_list.html", bounces=bounces)


@bp.get("/demo/courrier")
@public
def mailbox_show() -> Response:
    """Show the box with its newest letter open."""
    _only_in_the_demo()
    letters = mailbox.letters()
    return _mailbox_page(letters, mailbox.letter(letters[0].name) if letters else None)


@bp.get("/demo/courrier/<string:name>")
@public
def letter_show(name: str) -> Response:
    """Show the box with one letter open."""
    return _mailbox_page(mailbox.letters(), _letter_or_404(name))


@bp.get("/demo/courrier/<string:name>/mise-en-page")
@public
def layout_show(name: str) -> Response:
    """Give the letter's HTML, for the frame that shows it."""
    return framed(_letter_or_404(name).html)


@bp.get("/demo/courrier/<string:name>/fichiers/<int:number>")
@public
def attachment_show(name: str, number: int) -> Response:
    """Give one file of a letter, to be saved."""
    found = [attached for attached in _letter_or_404(name).attachments if attached.number == number]
    if not found:
        abort(404)
    return send_attachment(found[0].content, found[0].media_type, found[0].filename)


def _mailbox_page(letters: list[CapturedLetter], opened: CapturedLetter | None) -> Response:
    return holding_frames(
        page(
            "notifications/mailbox_show.html",
            letters=letters,
            letter=opened,
            when=_when,
            files=_files(opened) if opened else [],
        )
    )


def _files(letter: CapturedLetter) -> list[tuple[str, str]]:
    return [
        (attached.filename, url_for(".attachment_show", name=letter.name, number=attached.number))
        for attached in letter.attachments
    ]


def _when(moment: datetime) -> str:
    house = navigation.current_house()
    return instant(moment, zone_of(house))


def _letter_or_404(name: str) -> CapturedLetter:
    _only_in_the_demo()
    return mailbox.letter(name) or abort(404)


def _only_in_the_demo() -> None:
    if not current_app.config["CONFIGURATION"].is_demo:
        abort(404)

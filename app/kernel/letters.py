"""Letters: what a message says when it leaves, and its MIME form."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from app.kernel import clock, links
from app.kernel.letterheads import CONTENT_ID, Logo, logo_of
from app.kernel.messages import Message
from app.kernel.wordings import Texts, texts_of, wordings

SUBSCRIPTION = "notices.subscription"
SUBSCRIPTION_KEPT = timedelta(days=366)


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter."""

    filename: str
    media_type: str
    content: bytes
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass
class Letter:
    """What a notice says about one record: the templates' context, and the files that go with it.

    `texts` names the notice whose templates are filled, when they are not its own; `wording` the texts around its card,
    when they are not those of its templates; `draft` stands for these texts where they are only tried out.

    A composer gives None when the message has lost its object (a reminder of a cancelled reservation).
    """

    context: dict[str, Any]
    sender_name: str
    reply_to: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    texts: str = ""
    wording: str = ""
    draft: Texts | None = None


@dataclass(frozen=True)
class Written:
    """What a letter says: subject, text and HTML."""

    subject: str
    text: str
    html: str


def written(letter: Letter, code: str, *, language: str, change_url: str = "", logo: Logo | None = None) -> Written:
    """Fill a letter's templates in the language now spoken, with the wording of its establishment."""
    folder = _folder(letter, code)
    words = {"sender_name": letter.sender_name, "language": language, "change_url": change_url}
    context = {**letter.context, **words, "logo": logo, "enclosures": [each.filename for each in letter.attachments]}
    declared = wordings().get(letter.wording or letter.texts or code)
    if declared is not None:
        house = letter.context.get("establishment")
        texts = letter.draft or texts_of(declared, house.id if house else None)
        context["wording"] = declared.worded(texts, context)
    return Written(
        " ".join(_filled(f"{folder}/subject.txt", context).split()),
        _filled(f"{folder}/body.txt", context),
        _filled(f"{folder}/body.html", context),
    )


def rendered(message: Message, letter: Letter, *, refusable: bool) -> EmailMessage:
    """Render the letter, text and HTML, as a MIME message; one that may be refused carries the address where."""
    change_url = _change_url(message) if refusable else ""
    logo = logo_of(letter.context.get("establishment"))
    head = replace(logo, address=f"cid:{CONTENT_ID}") if logo else None
    said = written(letter, message.notice, language=message.language, change_url=change_url, logo=head)
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    mime = EmailMessage()
    mime["From"] = Address(letter.sender_name, addr_spec=current_app.config["MAIL_FROM"])
    mime["To"] = Address(message.to_name, addr_spec=message.to_address)
    mime["Subject"] = said.subject
    mime["Date"] = format_datetime(clock.now())
    mime["Message-ID"] = f"<{message.id}@{host}>"
    mime["Auto-Submitted"] = "auto-generated"
    if change_url:
        mime["List-Unsubscribe"] = f"<{change_url}>"
        mime["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    if letter.reply_to:
        mime["Reply-To"] = letter.reply_to
    mime.set_content(said.text, cte="quoted-printable")
    mime.add_alternative(said.html, subtype="html", cte="quoted-printable")
    if logo:
        _carry(logo, mime)
    for attachment in letter.attachments:
        main, _slash, sub = attachment.media_type.partition("/")
        mime.add_attachment(
            attachment.content,
            maintype=main,
            subtype=sub,
            filename=attachment.filename,
            params=attachment.parameters or None,
        )
    return mime


def _carry(logo: Logo, mime: EmailMessage) -> None:
    """Put the logo beside the HTML that shows it: a part of it, and no file of the letter."""
    html = mime.get_body(("html",))
    if html is not None:
        html.add_related(logo.content, "image", "png", cid=f"<{CONTENT_ID}>", filename="logo.png", disposition="inline")


def _change_url(message: Message) -> str:
    """Mint the address under which its reader, and nobody else, says how often such letters come."""
    if message.person_id is None:
        return ""
    until = clock.now() + SUBSCRIPTION_KEPT
    _link, secret = links.mint(SUBSCRIPTION, message, person_id=message.person_id, expires_at=until)
    return f"{current_app.config['PUBLIC_URL']}/courrier/{secret}"


def short_text(message: Message, letter: Letter) -> str:
    """Fill the one text of a message that has no other part: that of an SMS, which no wording changes."""
    context = {**letter.context, "sender_name": letter.sender_name, "language": message.language}
    return _filled(f"{_folder(letter, message.notice)}/sms.txt", context)


def _folder(letter: Letter, code: str) -> str:
    return f"emails/{(letter.texts or code).replace('.', '/')}"


def _filled(template: str, context: dict[str, Any]) -> str:
    """Render without the context of pages: a message has no request, no visitor and no menu."""
    return current_app.jinja_env.get_template(template).render(context)

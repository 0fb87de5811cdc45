"""The capture box: a folder of `.eml` files, where messages stop in an installation that sends nothing."""

from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path

from flask import current_app

from app.kernel import clock
from app.kernel.disk import whole_file
from app.kernel.languages import _

CHANNEL_HEADER = "X-Guichet-Channel"
CAPTURED = "250 captured"


class Headers(EmailPolicy):
    """Writes two headers that Python 3.11 spoils.

    It would encode the address of a page, which no mail program reads; and of a long subject it loses the space where
    the line breaks between two encoded words, for readers drop what stands between them (RFC 2047, 6.2).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Fold a header: an address in one piece, a subject as one run of encoded words."""
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        if name == "Subject" and not value.isascii():
            words = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
            return f"{name}: {words}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


BOX = Headers()


def capture_box() -> Path:
    """Give the folder of captured messages."""
    return Path(current_app.config["DATA_DIR"]) / "mailbox"


def capture(letter: EmailMessage) -> str:
    """Put a message into the box; give what a server would have answered."""
    box = capture_box()
    box.mkdir(parents=True, exist_ok=True)
    name = f"{clock.now():%Y%m%dT%H%M%S%f}-{str(letter['Message-ID']).strip('<>').partition('@')[0]}.eml"
    with whole_file(box / name) as draft:
        draft.write_bytes(letter.as_bytes(policy=BOX))
    return CAPTURED


def answer_in_words(answer: str) -> str:
    """Give what a server answered as it came; of a message that stopped here, say so."""
    return _("rien n’est parti : lisible dans le courrier capturé") if answer == CAPTURED else answer

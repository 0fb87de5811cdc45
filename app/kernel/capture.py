"""The capture box: a folder of `.eml` files, where messages stop in an installation that sends nothing."""

from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path

from flask import current_app

from app.kernel import clock
from app.kernel.disk import whole_file
from app.kernel.languages import _

CHANNEL_HEADER = "X-Guichet-Channel"
CAPTURED = "250 captured"


class WholeAddresses(EmailPolicy):
    """Writes an address of a page in one piece: Python would encode a long one, and no mail program reads that."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Fold a header, or leave it whole."""
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


BOX = WholeAddresses()


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

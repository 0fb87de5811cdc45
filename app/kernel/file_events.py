"""What happens to documents and files. `subject` is the record they are of."""

from dataclasses import dataclass

from app.kernel.events import Event
from app.kernel.languages import N_


@dataclass(frozen=True, eq=False)
class DocumentRenewed(Event):
    """A document is made again, as a new version beside the old one."""

    code = "documents.renewed"
    heading = N_("Document refait")
    sentence = N_("a refait un document : %(document)s")
    icon = "file-text"

    document: str


@dataclass(frozen=True, eq=False)
class AttachmentRemoved(Event):
    """A file that was sent in is removed; its name goes with it, for it may say of whom it was."""

    code = "documents.attachment_removed"
    heading = N_("Fichier retiré")
    sentence = N_("a retiré un fichier joint")
    icon = "trash"

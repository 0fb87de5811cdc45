"""What the page of a record shows of its documents and of the files sent in."""

from typing import Any

from flask import url_for

from app.kernel import attachments, documents
from app.kernel.access import Permission, acting
from app.kernel.attachments import Attachment, AttachmentState, file_places
from app.kernel.documents import Document
from app.kernel.formats import instant
from app.kernel.languages import LANGUAGES, _


def documents_shown(record: Any, zone: str) -> dict[str, Any]:
    """Give every version of a record's documents, newest first, with who made it, and which can be made again."""
    shown = [each for each in documents.versions_about(record) if documents.documents()[each.code].permission]
    newest = {each.code: each for each in sorted(shown, key=documents.order)}
    return {"documents": [_document(each, record, zone, is_newest=each is newest[each.code]) for each in shown]}


def attachments_shown(record: Any, zone: str) -> dict[str, Any]:
    """Give the files of a record, with those that may be opened or removed."""
    return {"attachments": [_attachment(each, record, zone) for each in attachments.attached_to(record)]}


def _document(each: Document, record: Any, zone: str, *, is_newest: bool) -> dict[str, Any]:
    declared = documents.documents()[each.code]
    may_remake = is_newest and each.state is not documents.DocumentState.WAITING and _may(declared.remake, record)
    return {
        "label": each.label,
        "number": each.number,
        "version": each.version,
        "language": LANGUAGES.get(each.language, each.language),
        "when": instant(each.ready_at or each.created_at, zone),
        "who": each.made_by,
        "state": each.state,
        "reason": each.reason,
        "url": url_for("files.document_show", id=each.id)
        if each.is_ready and _may(declared.permission, record)
        else "",
        "remake_url": url_for("files.version_create", id=each.id) if may_remake else "",
    }


def _attachment(each: Attachment, record: Any, zone: str) -> dict[str, Any]:
    declared = file_places()[each.place]
    may_open = each.state is AttachmentState.READY and _may(declared.permission, record)
    return {
        "name": each.filename,
        "size": each.size,
        "when": instant(each.created_at, zone),
        "who": each.added_by,
        "state": each.state,
        "reason": _("l’antivirus y a trouvé %(threat)s", threat=each.reason) if each.reason else "",
        "url": url_for("files.attachment_show", id=each.id) if may_open else "",
        "remove_url": url_for("files.attachment_delete", id=each.id) if _may(declared.removing, record) else "",
    }


def _may(permission: Permission | None, record: Any) -> bool:
    return permission is not None and acting().may(permission, record)

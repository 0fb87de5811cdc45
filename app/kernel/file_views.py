"""The doors of documents and of files sent in: each opens by the right it declares, on the record it is of."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, g

from app.kernel import attachments, documents, files, telling
from app.kernel.access import Permission, acting
from app.kernel.attachments import Attachment, file_places
from app.kernel.db import Identified, record_kinds, transaction
from app.kernel.documents import Document
from app.kernel.events import publish
from app.kernel.file_events import AttachmentRemoved, DocumentRenewed
from app.kernel.guards import refuse
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import done, error_page

bp = Blueprint("files", __name__)
View = Callable[..., Any]


def init_files(app: Flask) -> None:
    """Open the doors."""
    app.register_blueprint(bp)


def _on_its_record(model: type[Any], needed: Callable[[Any], Permission | None]) -> Callable[[View], View]:
    """Guard a route on a document or a file: what has no record, or no door, is 404; who lacks the right is refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*, id: UUID) -> Any:
            found = model.get(id)
            kind = record_kinds().get(found.subject_kind) if found is not None else None
            record: Identified | None = kind.get(found.subject_id) if kind is not None else None
            permission = needed(found) if record is not None else None
            if record is None or permission is None:
                abort(404)
            if not permission.allows(acting(), record):
                g.refused = (permission.code, record)
                return refuse()
            return view(found, record)

        guarded.access_rule = "its record"  # type: ignore[attr-defined]
        return guarded

    return decorate


@bp.get("/documents/<uuid:id>")
@_on_its_record(Document, lambda found: documents.documents()[found.code].permission)
def document_show(document: Document, _record: Identified) -> Response:
    """Give a version of a document, or say why there is none."""
    if document.is_ready:
        return documents.send(document)
    if document.state is documents.DocumentState.FAILED:
        raise RuleBroken(document.reason)
    return error_page(503, _("Le PDF est en préparation. Rechargez cette page dans un instant."), {"Retry-After": "5"})


@bp.post("/documents/<uuid:id>/version")
@_on_its_record(Document, lambda found: documents.documents()[found.code].remake)
def version_create(document: Document, record: Identified) -> Response:
    """Make a document again as its record and its words stand now; what was given out stays."""
    declared, actor = documents.documents()[document.code], acting()
    if document is not documents.latest(document.code, record):
        raise RuleBroken(_("Une version plus récente existe déjà."))
    with transaction():
        declared.renew(record, language=document.language, sequence=document.sequence, actor=actor)
        publish(DocumentRenewed(record, actor, declared.label))
    return done(None, message=_("Une nouvelle version se prépare."), fallback=_back_to(record))


@bp.get("/fichiers/<uuid:id>")
@_on_its_record(Attachment, lambda found: file_places()[found.place].permission)
def attachment_show(attachment: Attachment, _record: Identified) -> Response:
    """Give a file that was sent in, once it is known to be harmless."""
    if attachment.file is None:
        said = _("Ce fichier a été écarté : l’antivirus y a trouvé %(threat)s.", threat=attachment.reason)
        return error_page(410, said)
    if not attachment.is_ready:
        return error_page(503, _("L’antivirus n’a pas encore lu ce fichier."), {"Retry-After": "30"})
    return files.send_stored(attachment.file, attachment.filename)


@bp.post("/fichiers/<uuid:id>/retrait")
@_on_its_record(Attachment, lambda found: file_places()[found.place].removing)
def attachment_delete(attachment: Attachment, record: Identified) -> Response:
    """Remove a file from its record."""
    with transaction():
        publish(AttachmentRemoved(record, acting()))
        attachments.remove([attachment])
    return done(None, message=_("Le fichier est retiré."), fallback=_back_to(record))


def _back_to(record: Any) -> str:
    return telling.record_url(record.kind(), record.id) or "/"

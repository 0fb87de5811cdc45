"""The form field for files: what was sent stays with the form, even when something else in it has to be typed again."""

from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import Field, ValidationError

from app.kernel import attachments, limits
from app.kernel.access import acting
from app.kernel.attachments import Attachment, FilePlace, sealed
from app.kernel.languages import _, ngettext
from app.kernel.lifecycle import RuleBroken
from app.kernel.uploads import received

FILES_BY_HOUR = 60


def files_limit() -> str:
    """Give how many files one address may send, in Flask-Limiter's words."""
    return f"{FILES_BY_HOUR} per hour"


class FilesField(Field):
    """Files for a declared place, drawn by `files()` of components/files.html.

    They are kept as they come: a form refused for another reason gives them back as a list, each with a box that takes
    it back. `attachments` are those to be given to the record once it is made.
    """

    def __init__(self, label: Any, place: FilePlace, **options: Any) -> None:
        """Keep the place they are for."""
        super().__init__(label, **options)
        self.place = place
        self.attachments: list[Attachment] = []
        self.sent: list[FileStorage] = []

    @property
    def sealed(self) -> list[tuple[str, Attachment]]:
        """Give the files that came, each with the name under which this form knows it."""
        return [(sealed(each), each) for each in self.attachments]

    def process_formdata(self, _valuelist: list[Any]) -> None:
        """Read what the form still holds, and what it brings."""
        removed = request.form.getlist(f"{self.name}-removed")
        names = [name for name in request.form.getlist(f"{self.name}-kept") if name not in removed]
        self.attachments = attachments.waiting(self.place, names)
        self.sent = [each for each in request.files.getlist(self.name) if each.filename]

    def pre_validate(self, _form: Any) -> None:
        """Keep each file that may be kept; say of the others why not."""
        refusals, left_out = [], []
        for each in self.sent:
            if len(self.attachments) >= self.place.most:
                left_out.append(_("« %(words)s »", words=each.filename or ""))
                continue
            try:
                self._take(each)
            except RuleBroken as refusal:
                refusals.append(refusal.message)
        if left_out:
            names = ", ".join(left_out)
            said = ngettext("%(names)s est de trop.", "%(names)s sont de trop.", len(left_out), names=names)
            refusals.append(f"{said} {self.place.announced}")
        self.sent = []
        if refusals:
            raise ValidationError(" ".join(refusals))

    def _take(self, each: FileStorage) -> None:
        if not limits.allows(files_limit):
            raise RuleBroken(_("Beaucoup de fichiers viennent d’être envoyés d’ici. Réessayez dans une heure."))
        came = received(each.stream, each.filename or "", kinds=self.place.kinds, biggest=self.place.biggest)
        self.attachments.append(attachments.receive(self.place, came, actor=acting()))

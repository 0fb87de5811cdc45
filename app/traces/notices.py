"""What the slice tells people: that the archive they asked for is ready."""

from typing import Any

from app.directory.queries import house_zone
from app.kernel.formats import instant
from app.kernel.languages import N_, _
from app.kernel.notices import notice, notice_category
from app.traces.models import PersonalArchive

PRIVACY = notice_category("privacy", N_("Données personnelles"))
ARCHIVE_READY = notice(
    "traces.archive_ready", N_("Archive personnelle prête"), category=PRIVACY, optional=False, page="/espace/donnees"
)


@ARCHIVE_READY.summarised_by
def archive_ready(archive: PersonalArchive, _details: dict[str, Any]) -> str:
    """Say until when it can be fetched."""
    until = instant(archive.expires_at, house_zone())
    return _("L’archive de vos données est prête. Vous pouvez la télécharger jusqu’au %(until)s.", until=until)

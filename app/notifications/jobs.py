"""What the slice does by itself: letters and digests that are due, and the clearing of old lines."""

from collections import Counter
from datetime import timedelta
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa

from app.directory.models import Person
from app.kernel import clock
from app.kernel.db import db, new_id, record_kinds, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_
from app.kernel.notices import Mode, Recipient, notices
from app.notifications import queries
from app.notifications.models import Delivery, Notification, ToldAnnouncement
from app.notifications.notices import DIGEST
from app.notifications.ways import WAYS, Way

BATCH = 200
FEW = 20  # letters that say one thing: more are a crowd
NOBODY = "nobody"
READ_KEPT = timedelta(days=365)
KEYS_KEPT = timedelta(days=30)


@job("notifications.send_due", N_("Envoyer les avis et les résumés"), cron="* * * * *")
def send_due() -> int:
    """Put on their way the letters that are due; give how many lines they carry.

    A batch is a transaction and a run: what is left is promised again, so that nothing else waits behind a crowd.
    """
    with transaction():
        due = queries.due_deliveries(clock.now(), BATCH)
        for channel, way in WAYS.items():
            rows = [delivery for delivery in due if delivery.channel is channel]
            if rows:
                _send_by(way, rows)
        if len(due) == BATCH:
            send_due.later(key=f"notifications.send_due:{new_id()}")
        return len(due)


def _send_by(way: Way, rows: list[Delivery]) -> None:
    people = way.addresses({delivery.person_id for delivery in rows})
    at_once = [delivery for delivery in rows if delivery.mode is Mode.NOW]
    told = Counter(_said(delivery) for delivery in at_once)
    for delivery in at_once:
        _tell_at_once(delivery, people.get(delivery.person_id, []), in_bulk=told[_said(delivery)] > FEW)
    _send_digests({delivery.person_id for delivery in rows if delivery.mode is not Mode.NOW}, people)


def _said(delivery: Delivery) -> tuple[str, str, UUID]:
    told = delivery.notification
    return told.notice, told.subject_kind, told.subject_id


def _tell_at_once(delivery: Delivery, addresses: list[Recipient], *, in_bulk: bool) -> None:
    told = delivery.notification
    record = record_kinds()[told.subject_kind].get(told.subject_id)
    declared = notices().get(told.notice)
    if not addresses or record is None or declared is None:
        delivery.letter = NOBODY
        return
    delivery.letter = f"{told.notice}:{delivery.id}"
    details = told.details if declared.composer else {}
    for to in addresses:
        key = f"{delivery.letter}:{to.place}" if to.place else delivery.letter
        declared.send(to=to, about=record, key=key, in_bulk=in_bulk, notification=str(told.id), **details)


def _send_digests(person_ids: set[UUID], people: dict[UUID, list[Recipient]]) -> None:
    """Write one letter per person with everything that is due to them, in this batch or behind it."""
    if not person_ids:
        return
    due = [row for row in queries.waiting_deliveries(person_ids, clock.now()) if row.mode is not Mode.NOW]
    due.sort(key=lambda delivery: delivery.person_id)
    for person_id, together in groupby(due, lambda delivery: delivery.person_id):
        rows = list(together)
        person = Person.get(person_id)
        letter = f"digest:{rows[0].id}" if person is not None and person_id in people else NOBODY
        for delivery in rows:
            delivery.letter = letter
        if person is not None and letter != NOBODY:
            DIGEST.send(to=people[person_id][0], about=person, key=letter, in_bulk=True)


@job("notifications.forget_old_lines", N_("Oublier les vieux avis lus"), cron="40 4 * * *")
def forget_old_lines() -> int:
    """Delete lines read more than a year ago, and the keys of what was told long since."""
    forgotten = 0
    while True:
        with transaction() as session:
            old = sa.select(Notification.id).where(Notification.read_at < clock.now() - READ_KEPT).limit(BATCH)
            ids = list(db.session.scalars(old))
            if not ids:
                gone = sa.delete(ToldAnnouncement).where(ToldAnnouncement.told_at < clock.now() - KEYS_KEPT)
                session.execute(gone)
                return forgotten
            session.execute(sa.delete(Notification).where(Notification.id.in_(ids)))
            forgotten += len(ids)

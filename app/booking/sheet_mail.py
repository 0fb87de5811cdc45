"""The sheet of the service, mailed when it changes: to the one address a house has given, and to nobody otherwise."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app

from app.booking import queries
from app.booking.notices import CATEGORY
from app.booking.opening import slots_on
from app.booking.permissions import day_under_way
from app.booking.presentation.sheet import sheet_of
from app.booking.settings import SHEET_ADDRESS
from app.directory.models import Establishment
from app.directory.queries import establishments
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import db, transaction
from app.kernel.formats import clock_time
from app.kernel.jobs import job
from app.kernel.languages import N_
from app.kernel.letters import Letter
from app.kernel.messages import Message
from app.kernel.notices import Recipient, notice

SHEET = notice("booking.sheet", N_("Feuille du service"), category=CATEGORY, optional=False)
BEFORE_FIRST = timedelta(hours=3)
READER = system("booking.mail_changed_sheets")


@job("booking.mail_changed_sheets", N_("Envoyer la feuille du service quand elle change"), cron="*/5 * * * *")
def mail_changed_sheets() -> int:
    """Mail tonight's sheet of the houses that asked for it, if staff would read something new in it."""
    return sum(_mail(house.id) for house in establishments() if _address_of(house))


@SHEET.composed_by
def compose(establishment: Establishment, _message: Message) -> Letter | None:
    """Write the sheet as it stands when the letter leaves."""
    sheet = sheet_of(establishment, day_under_way(establishment), actor=READER)
    local = clock.local(clock.now(), establishment.timezone)
    url = f"{current_app.config['PUBLIC_URL']}/admin/service/feuille"
    words = {**sheet, "drawn_at": clock_time(local.time()), "url": url, "phone": ""}
    return Letter(words, establishment.name, establishment.email)


def _mail(house_id: UUID) -> bool:
    with transaction():
        house = db.session.get_one(Establishment, house_id)
        day, address = day_under_way(house), _address_of(house)
        if not address or not _is_time(house):
            return False
        sheet = sheet_of(house, day, actor=READER)
        sent = _sent_on(house, day.isoformat())
        known = sent[0]["digest"] if sent else ""
        if known == sheet["digest"] or not (sent or sheet["rows"]):
            return False
        key = f"{SHEET.code}:{house.id}:{day.isoformat()}:{len(sent)}"
        to = Recipient(house.name, address)
        SHEET.send(to=to, about=house, key=key, day=day.isoformat(), digest=sheet["digest"])
        return True


def _address_of(house: Establishment) -> str:
    return SHEET_ADDRESS.value(establishment=str(house.id))


def _is_time(house: Establishment) -> bool:
    slots = slots_on(queries.house_of(house).opening, day_under_way(house))
    return bool(slots) and slots[0].instant - BEFORE_FIRST <= clock.now() <= slots[-1].instant


def _sent_on(house: Establishment, day: str) -> list[dict[str, Any]]:
    """Give what was sent of a day's sheet, newest first."""
    query = sa.select(Message.details).where(
        Message.notice == SHEET.code,
        Message.subject_kind == house.kind(),
        Message.subject_id == house.id,
        Message.created_at > clock.now() - timedelta(days=2),
    )
    found = db.session.scalars(query.order_by(Message.created_at.desc(), Message.id.desc()))
    return [details for details in found if details.get("day") == day]

"""Ways to people: by which channels somebody can be told, and at which addresses."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from app.kernel.messages import Channel
from app.kernel.notices import Recipient
from app.kernel.transports import is_open
from app.notifications import queries


@dataclass(frozen=True)
class Way:
    """A channel to people: which of them it can reach, and their addresses once they are told."""

    channel: Channel
    reached: Callable[[Collection[UUID]], set[UUID]]
    addresses: Callable[[Collection[UUID]], dict[UUID, list[Recipient]]]


def mailboxes(person_ids: Collection[UUID]) -> dict[UUID, list[Recipient]]:
    """Give where account holders are written to: their address, else their login."""
    return {
        person.id: [Recipient(person.full_name, person.email or login, person.language, person.id)]
        for person, login in queries.account_holders(person_ids)
    }


def _telephones(person_ids: Collection[UUID]) -> dict[UUID, list[Recipient]]:
    return {
        person.id: [Recipient(person.full_name, person.phone, person.language, person.id, Channel.SMS)]
        for person, _login in queries.account_holders(person_ids)
        if person.phone
    }


def _with_device(person_ids: Collection[UUID]) -> set[UUID]:
    return {device.person_id for device in queries.devices_of(person_ids)}


def _devices(person_ids: Collection[UUID]) -> dict[UUID, list[Recipient]]:
    holders = {person.id: person for person, _login in queries.account_holders(person_ids)}
    found: dict[UUID, list[Recipient]] = {}
    for device in queries.devices_of(list(holders)):
        person = holders[device.person_id]
        to = Recipient(person.full_name, device.name, person.language, person.id, Channel.PUSH, device.id)
        found.setdefault(person.id, []).append(to)
    return found


WAYS = {
    Channel.EMAIL: Way(Channel.EMAIL, set, mailboxes),
    Channel.SMS: Way(Channel.SMS, queries.with_phone, _telephones),
    Channel.PUSH: Way(Channel.PUSH, _with_device, _devices),
}


def reached_by(person_ids: Collection[UUID]) -> dict[Channel, set[UUID]]:
    """Give, for each channel that is open here, who of these persons can be told by it."""
    return {way.channel: way.reached(person_ids) for way in WAYS.values() if is_open(way.channel)}

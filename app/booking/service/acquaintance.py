"""A caller whom the house knows already: the record their reservation goes to, checked again where it is written."""

from dataclasses import replace
from uuid import UUID

from app.booking.guests.permissions import VIEW_GUESTS
from app.booking.service.wishes import Details
from app.directory.models import Person
from app.directory.queries import person, person_with_email, standing
from app.kernel.access import Actor
from app.kernel.languages import SOURCE, _
from app.kernel.lifecycle import RuleBroken


class GuestUnclear(RuleBroken):
    """The record chosen for a caller is not there for this writer, or is not that of who is named."""

    def __init__(self, message: str) -> None:
        """Say it beside the choice of the record."""
        super().__init__(message, "guest")


def mismatch(known: Person, first_name: str, last_name: str, email: str, *, formerly: Person | None = None) -> str:
    """Say what of a name and an address as typed is not this person's; nothing when all may be.

    `formerly` is the record they had before it was made one with theirs: its name is still good.
    """
    if not any(each.may_be_named(first_name, last_name) for each in (known, formerly or known)):
        return _(
            "Le nom saisi n’est pas celui de %(name)s. Reprenez ses coordonnées, ou choisissez « Une autre personne ».",
            name=known.full_name,
        )
    reached = person_with_email(email) if email else None
    if reached is not None and reached is not known:
        return _(
            "Cette adresse e-mail est celle d’une autre fiche que %(name)s. Corrigez-la, ou choisissez « Une autre "
            "personne ».",
            name=known.full_name,
        )
    return ""


def guest_chosen(guest_id: UUID | None, details: Details, *, actor: Actor) -> Person | None:
    """Give the record that staff chose for a caller; None when they chose none, and the details decide.

    A record since made one with another gives the one that stands. Raises GuestUnclear when there is no such record for
    this actor (unknown, erased, or of a house they know nothing of: one answer for all), when the name typed is not
    theirs, and when the address typed is somebody else's.
    """
    if guest_id is None:
        return None
    chosen = person(guest_id)
    stands = standing(chosen) if chosen is not None else None
    if chosen is None or stands is None or stands.erased_at is not None or not actor.may(VIEW_GUESTS, stands):
        raise GuestUnclear(_("La fiche choisie n’est plus là. Choisissez-en une autre, ou réservez sans fiche."))
    differs = mismatch(stands, details.first_name, details.last_name, details.email, formerly=chosen)
    if differs:
        raise GuestUnclear(differs)
    return stands


def as_known(details: Details, guest: Person | None) -> Details:
    """Complete what was typed: the name of the guest chosen, where it was only begun, and a language.

    The language is the one chosen, else the known guest's (by choice or address), else French.
    """
    if guest is not None and guest.is_begun_by(details.first_name, details.last_name):
        details = replace(details, first_name=guest.first_name, last_name=guest.last_name)
    known = guest or (person_with_email(details.email) if details.email else None)
    return replace(details, language=details.language or (known.language if known is not None else SOURCE))

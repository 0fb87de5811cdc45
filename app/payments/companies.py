"""The houses of one company, whose accounting entries make one file (Livre des procédures fiscales, A47 A-1)."""

from app.directory.models import Establishment
from app.directory.queries import establishments, siren_of
from app.payments import queries
from app.payments.accounting import Journal


def houses_with(house: Establishment) -> list[Establishment]:
    """Give the houses of the company that keeps this one: of the same SIREN, or of the same organisation without."""
    siren = siren_of(house)
    return [
        each
        for each in establishments()
        if each.id == house.id or (siren_of(each) == siren and (siren or each.organisation_id == house.organisation_id))
    ]


def journal_of(house: Establishment) -> Journal:
    """Give the journal a house keeps."""
    every = establishments()
    older = sum((each.created_at, each.id) < (house.created_at, house.id) for each in every)
    return Journal(queries.numbers_of(house.id), older + 1, house.name if len(every) > 1 else "")

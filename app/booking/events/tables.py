"""Tables that change hands: for others, by hand, and back. `subject` is the reservation unless said otherwise."""

from dataclasses import dataclass

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Rearrangement", N_("Tables déplacées"))


@dataclass(frozen=True, eq=False)
class PartyReseated(Event):
    """The engine gave other tables to a coming reservation, so that one more could be taken."""

    code = "booking.party_reseated"
    heading = N_("Table changée")
    sentence = N_("a changé la table pour recevoir %(newcomer)s : %(before)s → %(after)s")
    icon = "armchair"

    newcomer: str
    before: str
    after: str


@dataclass(frozen=True, eq=False)
class TablesGiven(Event):
    """Somebody of the team chose other tables; the guest's promise stays what it was. `overridden` as for a move."""

    code = "booking.tables_given"
    heading = N_("Table changée à la main")
    sentence = N_("a changé la table : %(before)s → %(after)s")
    icon = "table"

    before: str
    after: str
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class TableUnlocked(Event):
    """A coming reservation gives up the table chosen for it: it may be moved for others from now on."""

    code = "booking.table_unlocked"
    heading = N_("Table débloquée")
    sentence = N_("a débloqué la table %(tables)s : la réservation peut en changer")
    icon = "lock"

    tables: str


@dataclass(frozen=True, eq=False)
class RearrangementUndone(Event):
    """`subject` is the rearrangement: those who had moved have their tables again."""

    code = "booking.rearrangement_undone"
    heading = N_("Tables remises comme avant")
    sentence = N_("a remis comme avant les tables de %(count)s réservations")
    icon = "undo"

    count: int


@dataclass(frozen=True, eq=False)
class PartyPutBack(Event):
    """A reservation that was moved for others has its former tables again, or another when it was the newcomer."""

    code = "booking.party_put_back"
    heading = N_("Table rendue")
    sentence = N_("a remis la table d’avant : %(before)s → %(after)s")
    icon = "undo"

    before: str
    after: str


@dataclass(frozen=True, eq=False)
class RoomOptimised(Event):
    """`subject` is the rearrangement: staff accepted a better disposition of a coming shift."""

    code = "booking.room_optimised"
    heading = N_("Salle mieux disposée")
    sentence = N_("a accepté une nouvelle disposition : %(count)s réservations changent de table")
    icon = "table"

    count: int

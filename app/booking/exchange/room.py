"""Areas, tables and combinations of the file."""

from app.booking.exchange.floor_plan import read_place
from app.booking.exchange.values import Value
from app.booking.floor_plan import Place
from app.booking.opening.problems import N_
from app.booking.seating import Combination, Table

ID = 40
MOST_AREAS, MOST_TABLES, MOST_COMBINATIONS, MOST_COVERS = 40, 500, 2000, 999


def read_areas(value: Value) -> tuple[str, ...]:
    """The names of the areas, each once."""
    areas: list[str] = []
    for item in value.items(MOST_AREAS, least=1):
        name = item.text(ID)
        if not item.is_bad and name in areas:
            item.refuse(N_("« %(name)s » figure déjà plus haut."), name=name)
        areas.append(name)
    return tuple(areas)


def read_tables(value: Value, areas: tuple[str, ...]) -> tuple[tuple[Table, ...], dict[str, Place], frozenset[str]]:
    """The tables, in the house's order, each in a known area; where those stand that were drawn; those kept."""
    tables: list[Table] = []
    kept: list[str] = []
    places: dict[str, Place] = {}
    for item in value.items(MOST_TABLES, least=1):
        table = item.members("id", "area", "min_covers", "max_covers", optional=("kept", "place"))
        area = table["area"].text(ID)
        if areas and not table["area"].is_bad and area not in areas:
            table["area"].refuse(N_("Espace inconnu : « %(name)s »."), name=area)
        least, most = _read_covers(table)
        tables.append(Table(_read_id(table["id"], {other.id for other in tables}), area, least, most))
        place = read_place(table["place"])
        if place is not None:
            places[tables[-1].id] = place
        if table["kept"].flag():
            kept.append(tables[-1].id)
    return tuple(tables), places, frozenset(kept)


def read_combinations(value: Value, tables: tuple[Table, ...]) -> tuple[Combination, ...]:
    """The combinations: two known tables or more, for no more guests than their tables seat together."""
    most_covers = {table.id: table.max_covers for table in tables}
    combinations: list[Combination] = []
    taken = set(most_covers)
    for item in value.items(MOST_COMBINATIONS):
        combination = item.members("id", "tables", "min_covers", "max_covers")
        members = _read_members(combination["tables"], most_covers)
        least, most = _read_covers(combination)
        together = sum(most_covers.get(id, 0) for id in members)
        if not item.is_bad and set(members) <= taken and most > together:
            combination["max_covers"].refuse(N_("Ces tables n’ont que %(seats)s places en tout."), seats=together)
        twin = next((other for other in combinations if set(other.tables) == set(members)), None)
        if twin is not None and not combination["tables"].is_bad:
            combination["tables"].refuse(N_("Le regroupement « %(name)s » réunit déjà ces tables."), name=twin.id)
        id = _read_id(combination["id"], taken)
        taken.add(id)
        combinations.append(Combination(id, members, least, most))
    return tuple(combinations)


def _read_id(value: Value, taken: set[str]) -> str:
    """An id that no other table or combination bears: reservations and locks name units by it."""
    id = value.text(ID)
    if not value.is_bad and id in taken:
        value.refuse(N_("Ce nom est déjà pris : « %(name)s »."), name=id)
    return id


def _read_covers(members: dict[str, Value]) -> tuple[int, int]:
    least, most = members["min_covers"], members["max_covers"]
    covers = least.whole(1, MOST_COVERS), most.whole(1, MOST_COVERS)
    if not least.is_bad and not most.is_bad and covers[0] > covers[1]:
        most.refuse(N_("Le maximum est inférieur au minimum."))
    if most.is_bad:
        return covers[0], MOST_COVERS  # so that no combination is blamed for it
    return covers


def _read_members(value: Value, known: dict[str, int]) -> tuple[str, ...]:
    members: list[str] = []
    is_complete = bool(known) and "" not in known  # a table that has lost its name may be the one meant
    for item in value.items(MOST_TABLES, least=2):
        id = item.text(ID)
        if is_complete and not item.is_bad and id not in known:
            item.refuse(N_("Table inconnue : « %(name)s »."), name=id)
        elif not item.is_bad and id in members:
            item.refuse(N_("Cette table y figure deux fois."))
        members.append(id)
    return tuple(members)

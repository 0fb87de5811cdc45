"""The race as the issue tells it: real web processes, two hundred visitors at once, the last ten tables at 20:15."""

import pytest

from tests.load import crowds
from tests.load.installations import database_server, installation


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.parametrize("processes", [2, 8])
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_ten_tables_are_promised_ten_times(kind, processes):
    with database_server(kind) as server, installation(kind, processes, server=server) as house:
        slug = crowds.open_race_house(house)
        house.house.start()
        ends, met = crowds.race(house, slug)
        assert met.problems == []
        assert ends == {"confirmed": crowds.TABLES, "offered another time": 200 - crowds.TABLES}
        assert (crowds.confirmed(house, slug), crowds.met_twice(house)) == (crowds.TABLES, 0)

"""Every list of the house among ten thousand people and a hundred thousand reservations, as several roles."""

from tests.harness.databases import count_queries
from tests.load.acts import cost_as
from tests.load.installations import Installation
from tests.load.million import fill
from tests.load.people import add_people, at_browser, beside
from tests.walk.doors import DATASETS

PEOPLE, PAST, COMING = 10_000, 90_000, 10_000
ROLES = ("administrator", "manager", "host")


def fill_lists(installation: Installation) -> None:
    """People with accounts, and reservations with all that goes with them."""
    add_people(installation, PEOPLE)
    fill(installation, PAST, COMING)


def looks(installation: Installation) -> dict[str, tuple[int, float]]:
    """Queries and milliseconds of web CPU, by list and role; what a role may not open is left out."""
    found = {}
    for role in ROLES:
        guest = at_browser(installation, role)
        for _permission, path, _kind in DATASETS.values():
            asked = f"{path}?vue=toutes"
            if guest.get(asked).status == 200:
                queries = queries_of(installation, guest.cookies, asked)
                found[f"{path} as {role}"] = (queries, cost_as(installation, guest, asked, 20))
    return found


def queries_of(installation: Installation, cookies: dict[str, str], path: str) -> int:
    """How many statements one look costs, asked of the same code on the same database."""
    with beside(installation) as app:
        client = app.test_client()
        for name, value in cookies.items():
            client.set_cookie(name, value)
        client.get(path)
        with count_queries() as statements:
            answer = client.get(path)
        assert answer.status_code == 200, answer.status
        return len(statements)

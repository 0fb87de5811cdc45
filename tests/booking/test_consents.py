"""The log of consents: who agreed, with which reservation, and when."""

import pytest

from app.booking.seating import Override
from tests.booking.houses import TESTS, open_house, promise, typed

CONSENTS = "/admin/consentements"


@pytest.fixture
def house(app):
    return open_house()


def test_a_consent_given_online_is_listed(stopped, visit, cast, house):
    assert visit().post("/reserver", data=typed()).status_code == 303
    page = visit(cast.chloe).see(CONSENTS)
    (row,) = page.all("table.list tbody tr")
    assert "10 mars 2026 à 10:00" in row.text
    assert "Alice Durand" in row.text


def test_what_staff_take_by_phone_has_none(visit, cast, house):
    promise(house, actor=TESTS, permit=frozenset({Override.NOTICE}))
    assert not visit(cast.chloe).see(CONSENTS).all("table.list tbody tr")


@pytest.mark.parametrize("stranger", ["bruno", "diane"])
def test_it_refuses_others(visit, cast, house, stranger):
    assert visit(getattr(cast, stranger)).get(CONSENTS).status_code == 403

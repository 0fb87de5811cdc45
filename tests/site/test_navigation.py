"""Where one is, in the menus."""

import pytest

from tests.booking.houses import open_house


@pytest.fixture
def house(app):
    return open_house()


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/admin/reglages/factures", "Factures : la maison"),
        ("/admin/reglages/factures/loi", "Taux et mentions légales"),
        ("/admin/reglages/paiements/liaison", "Paiements"),
    ],
)
def test_one_entry_alone_says_where_one_is(house, visit, cast, path, here):
    page = visit(cast.chloe).see(path)
    assert [link.text.replace("\u202f", " ") for link in page.all(".beside nav [aria-current]")] == [here]
    assert [link.text for link in page.all(".rail [aria-current]")] == ["Réglages"]

"""Words are found however hands and telephones write them."""

import pytest
import sqlalchemy as sa

from app.kernel.datasets.searching import found_in
from app.kernel.db import db
from app.kernel.search import normalised

NAME = normalised("Zoé O’Neil d'Été")
CONTACT = normalised("zoe@example.org +33639981234 0639981234")


def finds(kept, typed):
    """Whether every word typed is found in what is kept."""
    return all(db.session.scalar(sa.select(found_in(sa.literal(kept), word))) for word in normalised(typed).split())


@pytest.mark.parametrize("typed", ["o'neil", "O’NEIL", "o‘neil", "d’été", "zoé d'ete", "neil"])
def test_an_apostrophe_is_an_apostrophe(app, typed):
    assert finds(NAME, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "06 39 98 12 34", "+33 6 39 98 12 34", "0033639981234", "06.39.98.12.34", "06-39-98-12-34", "639981234",
        "+33(0)639981234", "12 34",
    ],
)  # fmt: skip
def test_a_number_is_found_as_it_is_dialled(app, typed):
    assert finds(CONTACT, typed)


@pytest.mark.parametrize("typed", ["%", "_", "o_neil", "00", "07.39", "0033612345678", "/"])
def test_nothing_else_is_guessed(app, typed):
    assert not finds(NAME, typed)
    assert not finds(CONTACT, typed)


def test_what_bears_points_or_dashes_is_found_as_it_stands(app):
    assert finds("f-2026-0012 2026-0012", "2026-0012")

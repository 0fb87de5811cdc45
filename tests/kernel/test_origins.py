"""Web sites as people write them become what browsers call them, or are refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.origins import origin_of


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("https://www.exemple.fr", "https://www.exemple.fr"),
        ("  HTTPS://WWW.Exemple.FR/ ", "https://www.exemple.fr"),
        ("www.exemple.fr", "https://www.exemple.fr"),
        ("https://exemple.fr:443/reserver?x=1#y", "https://exemple.fr"),
        ("http://exemple.fr:80", "http://exemple.fr"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://café.example", "https://xn--caf-dma.example"),
    ],
)
def test_it_is_read(app, typed, read):
    assert origin_of(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "*", "https://*.exemple.fr", "exemple", "ftp://exemple.fr", "javascript:alert(1)", "data:text/html,x", "https://",
        "https://a@exemple.fr", "https://exemple.fr:99999", "https://exemple.fr;script-src *", "https://a..fr", "'self'",
        "https://exemple.fr'none'", "https://-a.fr", "https://[::1]", "https://" + "a" * 70 + ".fr", "https://exe mple.fr",
    ],
)  # fmt: skip
def test_it_is_refused(app, typed):
    with pytest.raises(ValueError, match="«"):
        origin_of(typed)


@given(st.text() | st.from_regex(r"https?://[ -~]{1,40}"))
def test_nothing_ever_widens_the_policy(app, typed):
    try:
        read = origin_of(typed)
    except ValueError:
        return
    assert re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", read)
    assert origin_of(read) == read

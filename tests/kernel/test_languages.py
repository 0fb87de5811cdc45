"""Languages: the reader decides; French has its typography."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.languages import _, _chosen, ngettext, speaking, text_direction, typographic

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("Attention !", f"Attention{NARROW}!"),
        ("l’article L214-1 du code", "l’article\u00a0L214\u20111 du code"),
        ("article L. 123-22", "article\u00a0L.\u00a0123\u201122"),
        ("Appelez le 02 38 00 00 00.", "Appelez le 02\u00a038\u00a000\u00a000\u00a000."),
        ("articles 1103 et 1217", "articles\u00a01103 et 1217"),
        ("loi n° 2004-575 du 21 juin", "loi n°\u00a02004\u2011575 du 21 juin"),
        ("Combien ?", f"Combien{NARROW}?"),
        ("À midi ; à une heure", f"À midi{NARROW}; à une heure"),
        ("Motif : retard", f"Motif{NARROW}: retard"),
        ("« oui »", f"«{NARROW}oui{NARROW}»"),
        ("40 € au plus", "40\u00a0€ au plus"),
        ("gardés à %(percent)s %%", "gardés à %(percent)s\u00a0%%"),
        ("%(one)s et %(other)s", "%(one)s et %(other)s"),
        ("19:30", "19:30"),
        ("https://example.org/?a=1", "https://example.org/?a=1"),
        ("%(name)s : %(count)s", f"%(name)s{NARROW}: %(count)s"),
    ],
)
def test_french_gets_its_narrow_spaces(written, set_):
    assert typographic(written) == set_


@given(st.text())
def test_setting_it_twice_changes_nothing_more(text):
    assert typographic(typographic(text)) == typographic(text)


def test_values_are_put_in_after_the_translation(app):
    assert _("Motif : %(reason)s", reason="a : b") == f"Motif{NARROW}: a : b"
    assert _("100 % sûr") == "100\u00a0% sûr"


@pytest.mark.parametrize(("count", "written"), [(0, "0 table"), (1, "1 table"), (2, "2 tables")])
def test_french_counts_zero_with_one(app, count, written):
    assert ngettext("%(num)s table", "%(num)s tables", count) == written


@pytest.mark.parametrize(
    ("browser", "cookie", "chosen"),
    [
        ("fr", None, "fr"),
        ("en-GB,en;q=0.9", None, "en"),
        ("de", None, "fr"),
        ("", None, "fr"),
        ("en", "fr", "fr"),
        ("fr", "en", "en"),
        ("fr", "klingon", "fr"),
    ],
)
def test_the_choice_wins_over_the_browser_then_french(app, browser, cookie, chosen):
    headers = {"Accept-Language": browser, "Cookie": f"language={cookie}" if cookie else ""}
    with app.test_request_context(headers=headers):
        assert _chosen() == chosen


def test_a_letter_speaks_its_receivers_language(app):
    with speaking("en"):
        assert _("Bonjour %(name)s,", name="x") == "Hello x,"
    with speaking("klingon"):
        assert _("Non !") == f"Non{NARROW}!"


def test_directions():
    assert text_direction("fr") == "ltr"
    assert text_direction("ar") == "rtl"

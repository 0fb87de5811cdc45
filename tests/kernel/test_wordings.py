"""Texts with tags: filled in once, escaped by the letter, refused when they say what the letter does not know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import documents
from app.kernel.languages import LANGUAGES, speaking
from app.kernel.letters import written
from app.kernel.lifecycle import RuleBroken
from app.kernel.notices import notices
from app.kernel.wordings import LONGEST_SUBJECT, LONGEST_TEXT, TAG, Tag, Texts, Wording, wordings
from tests.booking.houses import open_house

LETTER = Wording(
    "tests.letter", "Essai", "Pour {prenom}", ("Bonjour {prenom},", "Motif : {motif}"), (),
    (Tag("prenom", "Prénom", lambda words: words["name"]), Tag("motif", "Motif", lambda words: words["reason"])),
    lambda _house: None,
)  # fmt: skip


def worded(opening="Bonjour", subject="Objet", closing="", **words):
    return LETTER.worded(Texts(subject, opening, closing), {"name": "Alice", "reason": "", **words})


def test_a_tag_is_replaced_wherever_it_stands(app):
    said = worded("{prenom}, {prenom} !", "Pour {prenom}", "À bientôt {prenom}")
    assert (said.subject, said.opening, said.closing) == ("Pour Alice", ("Alice, Alice\u202f!",), ("À bientôt Alice",))


def test_paragraphs_are_parted_by_empty_lines_and_lines_stay_together(app):
    assert worded("un\ndeux\n \n\ntrois\n").opening == ("un\ndeux", "trois")


def test_a_paragraph_whose_tags_are_all_empty_is_left_out(app):
    assert worded("Bonjour {prenom},\n\nMotif : {motif}").opening == ("Bonjour Alice,",)
    assert worded("{motif}, {prenom}").opening == (", Alice",)
    assert worded("Motif : {motif}", reason="fuite").opening == ("Motif\u202f: fuite",)


def test_what_a_tag_brings_in_is_not_read_for_tags(app):
    assert worded("Bonjour {prenom}", name="{motif}", reason="secret").opening == ("Bonjour {motif}",)


def test_a_subject_is_one_line_and_has_an_end(app):
    assert (
        worded(subject="Pour {prenom}", name="Alice\r\nBcc: eve@example.org").subject
        == "Pour Alice Bcc: eve@example.org"
    )
    long = worded(subject="{prenom}", name="x" * 400).subject
    assert (len(long), long[-1]) == (150, "…")
    assert worded(subject="{motif}").subject == "Essai"


def test_english_has_no_french_spaces(app):
    with speaking("en"):
        assert worded("Hello: {prenom}").opening == ("Hello: Alice",)


@pytest.mark.parametrize(
    ("texts", "field", "told"),
    [
        (Texts("Pour {prenon}", "a", ""), "subject", r"\{prenon\} n’est pas une balise"),
        (Texts("a", "{prenom.__class__}", ""), "opening", r"\{prenom.__class__\} n’est pas"),
        (Texts("a", "{{ prenom }}", ""), "opening", "n’est pas une balise"),
        (Texts("a", "b", "{}"), "closing", "n’est pas une balise"),
        (Texts("a", "Bonjour {prenom", ""), "opening", "restée ouverte"),
        (Texts("a", "b", ":-}"), "closing", "restée ouverte"),
        (Texts("", "b", ""), "subject", "vide"),
        (Texts("a", "", ""), "opening", "vide"),
        (Texts("a\nBcc: eve@example.org", "b", ""), "subject", "une ligne"),
        (Texts("a\u2028b", "b", ""), "subject", "une ligne"),
        (Texts("a" * (LONGEST_SUBJECT + 1), "b", ""), "subject", "120 caractères"),
        (Texts("a", "b" * (LONGEST_TEXT + 1), ""), "opening", "2000 caractères"),
        (Texts("a", "b", "c" * (LONGEST_TEXT + 1)), "closing", "2000 caractères"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_by_its_name(app, texts, field, told):
    with pytest.raises(RuleBroken, match=told) as refusal:
        LETTER.check(texts)
    assert refusal.value.field == field


@given(st.text(max_size=200), st.text(max_size=40))
def test_whatever_is_accepted_can_be_said(app, typed, name):
    try:
        LETTER.check(Texts("Objet", typed, ""))
    except RuleBroken:
        return
    said = worded(typed, name=name)
    assert not TAG.search("".join(said.opening).replace(name, "")) or "{" in name


def said_by(declared, house, language):
    sample = declared.sample(house)
    if declared.is_paper:
        return documents.written(documents.documents()[declared.code], sample.context).partition("<body>")[2]
    letter = written(sample, declared.code, language=language)
    assert letter.subject
    return letter.subject + letter.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_original_is_whole_in_every_language(app, language):
    """Its tags are those of the French, its own check accepts it, and the sample says it."""
    house = open_house()
    for code, declared in wordings().items():
        with speaking("fr"):
            tags = sorted(TAG.findall("".join(vars(declared.original()).values())))
        with speaking(language):
            original = declared.original()
            assert sorted(TAG.findall("".join(vars(original).values()))) == tags, code
            declared.check(original)
            said = said_by(declared, house, language)
        assert "{" not in said, code
        assert "\u202f" not in "".join(vars(original).values())


def test_a_paper_and_a_letter_never_share_their_words(app):
    papers = {code for code, declared in wordings().items() if declared.is_paper}
    assert papers <= set(documents.documents())
    assert not papers & set(notices())

"""What docs/formats.md shows is read, and answered, as it says."""

import re

from app.booking.exchange import parse
from app.booking.scenario import drive
from app.booking.seating import EXACT
from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def block(opening):
    """The text between a fence that opens so, and the fence that closes it."""
    return re.search(rf"```{opening}\n(.*?)```", PAGE, re.DOTALL)[1]


def test_the_least_file_is_a_file():
    assert [table.id for table in parse(block("json")).tables] == ["1", "2"]


def test_the_lines_are_answered_as_the_page_says():
    lines = re.findall(r"^[>{].*$", block(r"(?=\n> )"), re.MULTILINE)
    asked = [line.removeprefix("> ") for line in lines if line.startswith(">")]
    assert list(drive(asked, EXACT)) == [line for line in lines if not line.startswith(">")]
    assert len(asked) == 9

"""What a newcomer or an administrator is told to open, type or declare is there."""

import re

import click
import pytest

from app.payments.settling import LOOKS
from tests.architecture.tree import ROOT, source

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
READ = {str(page.relative_to(ROOT)): source(page) for page in PAGES}


def test_every_link_leads_somewhere():
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in PAGES
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", source(page))
        if not (page.parent / link).exists()
    ]
    assert not broken, broken


def test_every_command_told_of_is_one(app):
    told = {
        (page, *words.split())
        for page, text in READ.items()
        for words in re.findall(r"flask (?:--app wsgi )?([a-z-]+(?: [a-z-]+)?)", text)
    }
    unknown = [(page, *words) for page, *words in told if not is_command(app.cli, words)]
    assert told, "some page tells of a command"
    assert not unknown, unknown


def is_command(group: click.Group, words: list[str]) -> bool:
    """Whether words begin as one types a command; what follows one that has no commands of its own is its own."""
    found = group.get_command(click.Context(group), words[0])
    if isinstance(found, click.Group) and words[1:]:
        return is_command(found, words[1:])
    return found is not None


def test_no_code_sends_its_reader_outside_the_repository():
    lost = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "app").rglob("*.py")
        for name in re.findall(r"[\w/.-]+\.md\b", source(path))
        if not any((folder / name).exists() for folder in (ROOT, path.parent, ROOT / "docs" / "modules"))
    ]
    assert not lost, lost


@pytest.mark.parametrize("page", ["docs/guide-administrateur.md", "docs/modules/payments.md"])
def test_every_event_that_is_followed_is_asked_of_stripe(page):
    followed = set(LOOKS) - {"charge.refund."}  # the former name of what `refund.` says
    missing = [kind for kind in followed if f"`{kind}*`" not in READ[page] and f"`{kind}`" not in READ[page]]
    assert not missing, missing

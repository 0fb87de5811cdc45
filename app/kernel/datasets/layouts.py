"""What somebody keeps of a list without naming a view: its rows to a page, its order, its columns.

It is a preference of theirs like any other, so it costs no query, and travels with the others in a file.
"""

from dataclasses import dataclass, fields
from urllib.parse import parse_qs, urlencode

from app.kernel.access import Actor
from app.kernel.preferences import LISTS, ROW_CHOICES, preferred
from app.kernel.settings import Setting, setting

LONGEST = 500


@dataclass(frozen=True)
class Layout:
    """A list as somebody keeps it, in the words of addresses. What is empty is as the list has it."""

    lignes: str = ""
    tri: str = ""
    colonnes: str = ""

    def __str__(self) -> str:
        """Write it as it is kept."""
        return urlencode({each.name: value for each in fields(self) if (value := getattr(self, each.name))})

    @property
    def rows(self) -> int | None:
        """Give how many rows a page shows, if somebody said so."""
        return int(self.lignes) if self.lignes else None


def layout_preference(dataset_code: str, label: str) -> Setting[str]:
    """Declare the preference in which everybody keeps the layout of a dataset."""
    return setting(f"list.{dataset_code}", label, "", levels=("user",), page=LISTS, check=_is_layout)


def layout_in(kept_as: Setting[str], actor: Actor) -> Layout:
    """Give how somebody keeps a list."""
    return _read(preferred(kept_as, actor))


def _read(text: str) -> Layout:
    return Layout(**{name: values[0] for name, values in parse_qs(text).items()})


def _is_layout(text: str) -> bool:
    known = {each.name for each in fields(Layout)}
    if len(text) > LONGEST or not set(parse_qs(text)) <= known:
        return False
    layout = _read(text)
    return str(layout) == text and layout.lignes in ("", *map(str, ROW_CHOICES))

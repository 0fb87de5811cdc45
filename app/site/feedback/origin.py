"""Where somebody came from: a path of this house, without what its address carries."""

import re

PATH = re.compile(r"/(?!/)[A-Za-z0-9._~%/-]{0,199}")
SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")
HOUSE = re.compile(r"/e/([a-z0-9-]+)/")


def path_of(typed: str) -> str:
    """Keep the path of a page; secrets of links are blotted out, and what is no path of this site says nothing."""
    path = re.split("[?#]", typed, maxsplit=1)[0]
    path = SECRET.sub("...", path)
    return path if PATH.fullmatch(path) and not path.startswith("/avis") else ""


def house_named(path: str) -> str:
    """Give the name of the house that a path names; nothing where it names none."""
    found = HOUSE.match(path)
    return found[1] if found else ""

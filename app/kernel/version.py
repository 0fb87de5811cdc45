"""The version of Guichet: the first heading of CHANGELOG.md, so that it is said in one place."""

import re
from functools import lru_cache

from app.config import ROOT


@lru_cache
def version() -> str:
    """Give the version, such as "0.1.0"."""
    match = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    return match.group(1) if match else "0.0.0"

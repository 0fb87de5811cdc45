"""The source as these tests read it: files, their syntax trees, and the graph of slices."""

import ast
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
TEMPLATES = ROOT / "templates"


@cache
def python_files() -> list[Path]:
    return sorted(APP.rglob("*.py"))


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    """How a culprit is named: its path in the repository."""
    return str(path.relative_to(ROOT))


def module(path: Path) -> str:
    """The dotted name of a file of app/."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def graph() -> list[set[str]]:
    """The layers of the contract in pyproject.toml, highest first; slices of one layer do not know each other."""
    contracts = tomllib.loads(source(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [{slice_.strip().strip("()") for slice_ in layer.split("|")} for layer in layers]


@cache
def slices() -> set[str]:
    """Every slice; the kernel and the configuration are none."""
    return set().union(*graph()) - {"kernel", "config"}


def slice_of(dotted: str) -> str:
    """The second word of `app.booking.models`: the slice, `kernel`, or a file of app/ itself."""
    return f"{dotted}..".split(".")[1]


def below(slice_: str) -> set[str]:
    """What a slice may build upon: itself and every lower layer."""
    layers = graph()
    height = next(height for height, layer in enumerate(layers) if slice_ in layer)
    return {slice_}.union(*layers[height + 1 :])


def imports(path: Path) -> list[tuple[ast.stmt, str]]:
    """Each import of a file with the dotted name it asks for; relative ones are resolved."""
    package = module(path).split(".") + ([""] if path.name == "__init__.py" else [])
    found: list[tuple[ast.stmt, str]] = []
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: -node.level]) if node.level else ""
            origin = ".".join(part for part in (start, node.module) if part)
            found += [(node, f"{origin}.{alias.name}") for alias in node.names]
    return found

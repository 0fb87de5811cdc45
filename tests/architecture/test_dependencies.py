"""Each dependency has a reason written down; the lock files pin everything by hash and name no source."""

import re

import pytest

from tests.architecture.tree import ROOT, source

LOCKS = ("requirements.txt", "requirements-dev.txt")


def direct(file: str) -> set[str]:
    lines = (line.split("#")[0].strip() for line in source(ROOT / file).splitlines())
    return {re.split(r"[\[<>=!~; ]", line)[0].lower() for line in lines if line and not line.startswith("-")}


def pins(lock: str) -> dict[str, set[str]]:
    """Each package with its pinned lines; one version for each Python that needs another."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([a-z0-9][\w.\-]*)(?:\[[^\]]*\])?==(\S+)", source(ROOT / lock), re.MULTILINE):
        found.setdefault(package, set()).add(version)
    return found


@pytest.mark.parametrize("file", ["requirements.in", "requirements-dev.in"])
def test_each_direct_dependency_has_its_reason(file):
    reasons = source(ROOT / "docs" / "dependencies.md").lower()
    unexplained = sorted(package for package in direct(file) if f"| `{package}`" not in reasons)
    assert not unexplained, f"without a line in docs/dependencies.md: {unexplained}"


def test_no_reason_outlives_its_dependency():
    explained = set(re.findall(r"^\| `([^`]+)`", source(ROOT / "docs" / "dependencies.md").lower(), re.MULTILINE))
    gone = sorted(explained - direct("requirements.in") - direct("requirements-dev.in"))
    assert not gone, f"in docs/dependencies.md, but no longer required: {gone}"


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_source(lock):
    named = [line for line in source(ROOT / lock).splitlines() if "://" in line or line.startswith("-")]
    assert not named, f"{lock}: {named}"


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_by_hash(lock):
    entries = re.split(r"\n(?=[a-z0-9])", source(ROOT / lock))
    loose = [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert not loose, f"{lock}: {loose}"


@pytest.mark.parametrize(("asked", "lock"), [("requirements.in", LOCKS[0]), ("requirements-dev.in", LOCKS[1])])
def test_locks_hold_what_is_asked(asked, lock):
    missing = sorted(direct(asked) - set(pins(lock)))
    assert not missing, f"run make lock: {missing} not in {lock}"


def test_tests_run_on_the_pins_of_the_application():
    runtime, tests = pins(LOCKS[0]), pins(LOCKS[1])
    different = sorted(package for package in runtime if runtime[package] != tests.get(package))
    assert not different, f"run make lock: {different}"

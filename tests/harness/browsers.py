"""A real Chromium. A page that breaks the content security policy fails its test."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PATIENT = 30_000
"""Milliseconds that a page is waited for: it answers within the second, on a machine that does much else within many."""
expect.set_options(timeout=PATIENT)
MISSING = "no Chromium: browser tests did not run"


def chromium() -> str | None:
    """Where Chromium is: bin/test says so, otherwise the usual places."""
    named = os.environ.get("GUICHET_BROWSER")
    candidates = [named] if named else ["/usr/bin/chromium", shutil.which("chromium"), shutil.which("chromium-browser")]
    return next((path for path in candidates if path and Path(path).exists()), None)


def pytest_collection_modifyitems(items):
    for item in items:
        if {"page", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, launched once; skipped where there is none, unless GUICHET_REQUIRE_BROWSER=1 insists."""
    path = chromium()
    if path is None:
        if os.environ.get("GUICHET_REQUIRE_BROWSER") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page_options() -> dict[str, object]:
    """What a test's browser is like; override or parametrise it for a narrow screen or a dark one."""
    return {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def page(browser, live_server, page_options) -> Iterator[Page]:
    """A fresh window on the running installation: `page.goto("/reserver")`."""
    options = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce", **page_options}
    context = browser.new_context(base_url=live_server.url, **options)
    context.set_default_timeout(PATIENT)
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        said.append(f"{message.type}: {message.text}")

    context.on("console", listen)
    context.on("weberror", lambda error: said.append(f"pageerror: {error.error}"))
    window = context.new_page()
    yield window
    context.close()
    broken = [line for line in said if "Content Security Policy" in line or line.startswith("pageerror")]
    assert not broken, "\n".join(broken)


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if MISSING in str(report.longrepr)]
    terminalreporter.config.stash[UNSEEN] = len(skipped)


UNSEEN = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """The last line of the run, after pytest's own, says loudly what was not seen."""
    missed = config.stash.get(UNSEEN, 0)
    if missed:
        sys.stdout.write(f"\n!!! {missed} BROWSER TESTS SKIPPED: {MISSING}. To have it: apt-get install -y chromium\n")

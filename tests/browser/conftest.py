"""A browser of our own: Chromium, as an npm package carries it, driven by Playwright."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

UNPACKED = Path(__file__).parent / "node_modules" / ".browser"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
  reportViolation(`${event.effectiveDirective} ${event.blockedURI}`))
"""


@pytest.fixture(scope="module")
def browser():
    """For a module at a time: while it is there, nothing else may start an event loop."""
    program = UNPACKED / "chromium"
    assert program.exists(), "there is no browser; run `make browser`"
    libraries = {"LD_LIBRARY_PATH": str(UNPACKED / "al2023" / "lib")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=QUIET, env={**os.environ, **libraries}
        )
        yield browser
        browser.close()


class Visit:
    """A page, and everything it did that it may not do."""

    def __init__(self, browser, server, **options):
        self.page = browser.new_page(locale="en-US", **options)
        self.wrongs = []
        self._server = server
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrongs.append(f"error: {error}"))
        self.page.on("request", self._see)
        self.page.expose_function("reportViolation", lambda what: self.wrongs.append(what))
        self.page.add_init_script(REPORT_VIOLATIONS)

    def open(self, path):
        self.page.goto(self._server + path)
        return self.page

    def forgive(self, status):
        """A refusal that belongs to the story; the browser counts it as an error."""
        [refusal] = [one for one in self.wrongs if f"status of {status}" in one]
        self.wrongs.remove(refusal)

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.wrongs.append(f"{message.type}: {message.text}")

    def _see(self, request):
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and not request.url.startswith(self._server):
            self.wrongs.append(f"request: {request.url}")


@pytest.fixture
def visit(browser, server):
    visits = []

    def visit(**options):
        visits.append(Visit(browser, server, **options))
        return visits[-1]

    yield visit
    for each in visits:
        each.page.close()
        assert each.wrongs == []

"""A demo that runs, and a real browser to look at it; where none is found the tests are skipped."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.async_api import Playwright, async_playwright, expect

from tests.acceptance.processes import start
from tests.integration.api.test_javascript import INSTALL_TIMEOUT_S, NPM, NPM_CI

ROOT = Path(__file__).parents[2]
WEB = ROOT / "service" / "web"
REQUIRED = "CHROMIUM_REQUIRED"  # set where a test of the pages may not be skipped
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SOFTWARE_WEBGL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_WEBGL = ("--disable-gpu", "--disable-3d-apis", "--disable-software-rasterizer")
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
DEMO = ("--duration-s", "3600", "--couriers", "60", "--jobs-per-minute", "60", "--speed", "20")


class Demo(NamedTuple):
    """A running demo, and how to log in to its console."""

    url: str
    password_of: dict[str, str]
    pid: int
    state_dir: Path = Path()  # of a demo's own servers


@contextmanager
def running_demo(*arguments):
    """Run a demo, and yield it when it can be looked at."""
    with tempfile.TemporaryDirectory(prefix="hexhaul-", ignore_cleanup_errors=True) as folder:
        yield from _run_demo(Path(folder), *arguments)


def _run_demo(state_dir, *arguments):
    where = ("--port", "8600", "--state-dir", str(state_dir))
    process = start("demo", "--headless", *where, *arguments)
    lines = []
    for line in process.stderr:
        lines.append(line)
        if " viewer " in line:
            break
    told = re.findall(r"console at (\S+)/ops: (\w+) (\S+)", "".join(lines))
    assert told, "".join(lines)
    try:
        password_of = {login: password for _, login, password in told}
        yield Demo(told[0][0], password_of, process.pid, state_dir)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.fixture(scope="session")
def demo():
    """A city to look at."""
    with running_demo(*DEMO) as running:
        yield running


def chromium_of(playwright: Playwright) -> str:
    """Return the path of the machine's own Chromium, or of the one that playwright brought.

    Where there is none the test is skipped, or fails if a browser is required.
    """
    path = CHROMIUM or playwright.chromium.executable_path
    if not Path(path).exists():
        if os.environ.get(REQUIRED):
            pytest.fail(f"no Chromium on this machine, and {REQUIRED} is set", pytrace=False)
        pytest.skip("no Chromium on this machine: python3 dev.py chromium")
    return path


@asynccontextmanager
async def opened(*arguments):
    """Yield a browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_of(playwright), args=["--no-sandbox", *arguments]
        )
        try:
            yield browser
        finally:
            await browser.close()


class Visit:
    """A page, and all that it asked for and complained about."""

    def __init__(self, page, url):
        self.page = page
        self.url = url
        self.requests = []
        self.complaints = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        self.refusals = []
        page.on("response", self._note)

    def _note(self, response):
        if response.status >= HTTPStatus.BAD_REQUEST:
            self.refusals.append(f"{response.status} {response.request.method} {response.url}")

    async def tell(self):
        """Return what whoever reads of a failed test wants to know of the page."""
        shown = await self.page.evaluate("document.body.outerHTML.slice(0, 4000)")
        lately = {"asked for": self.requests[-40:], "refused": self.refusals[-40:]}
        return f"complaints: {self.complaints}\n{lately}\n{shown}"

    def _hear(self, message):
        # A stranger asks who they are, and that is answered by 401.
        if message.type == "error" and "401 (Unauthorized)" not in message.text:
            self.complaints.append(message.text)

    async def log_in(self, demo, login):
        """Open the console and log in."""
        await self.page.goto(f"{self.url}/ops")
        await self.page.fill("[name=login]", login)
        await self.page.fill("[name=password]", demo.password_of[login])
        await self.page.click("[type=submit]")
        await self.page.wait_for_selector("body[data-connection=live]")

    def assert_clean(self):
        """Nothing from elsewhere was asked for, and nothing went wrong."""
        own = (self.url, self.url.replace("http", "ws"), "data:", "blob:" + self.url)
        assert [url for url in self.requests if not url.startswith(own)] == []
        assert self.complaints == []


@asynccontextmanager
async def visit(browser, demo, **options):
    """Yield a page of a visitor of its own, and see that it was clean."""
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
    visited = Visit(await context.new_page(), demo.url)
    try:
        yield visited
    except Exception as error:
        error.add_note(await visited.tell())
        raise
    visited.assert_clean()
    await context.close()


@pytest.fixture
async def browser():
    """A browser that draws maps, in software."""
    async with opened(*SOFTWARE_WEBGL) as opened_browser:
        yield opened_browser


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """A folder with the locked packages of the pages, those for tests included."""
    folder = tmp_path_factory.mktemp("web")
    for name in ("package.json", "package-lock.json", "jsconfig.json"):
        shutil.copyfile(WEB / name, folder / name)
    subprocess.run((*NPM, *NPM_CI), cwd=folder, check=True, timeout=INSTALL_TIMEOUT_S)
    return folder


@pytest.fixture(scope="session")
def axe(packages):
    """The text of the script that finds what keeps people out."""
    return (packages / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")

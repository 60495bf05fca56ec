"""A console of ops in a real browser, without a screen: what it shows, and what that costs it.

Maps are drawn in software: frames a second are those of this machine without a graphics card, while
the time that our own code takes of each is about the same with one.
"""

import asyncio
import itertools
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec
from msgspec import Struct, convert
from playwright.async_api import Browser, Page, ViewportSize, WebSocket, async_playwright

SIZE: ViewportSize = {"width": 1280, "height": 800}
PATIENCE_MS = 60_000.0
_SOFTWARE_WEBGL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
_OWN_PARTS = ("hear", "update", "glide")  # as `shared/cost.js` names them; none is part of another

_DRAWN_IN_A_FRAME = ("update", "glide")

# When something of the page itself is there, in ms from the begin of the navigation.
_NOTE_SHOWN = """new MutationObserver((_, observer) => {
  if (document.querySelector(SELECTOR) === null) return;
  observer.disconnect();
  window.shownMs = performance.now();
}).observe(document, { childList: true, subtree: true, attributes: true });"""
_LOADED = """() => ({
  first_content_ms: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
  shown_ms: window.shownMs,
})"""
_COSTS = """async () => {
  const begin = document.querySelector("script[type=module]").src;
  return (await import(new URL("../shared/cost.js", begin).href)).costsSoFar();
}"""
_FRAMES = """(ms) => new Promise((resolve) => {
  const frames = [];
  const sinceMs = performance.now();
  const next = (nowMs) => {
    frames.push(nowMs);
    if (nowMs - sinceMs < ms) requestAnimationFrame(next);
    else resolve(frames);
  };
  requestAnimationFrame(next);
})"""


class Wanted(Struct, frozen=True, kw_only=True):
    """A page, and what is on it as soon as it is more than a frame with "Loading"."""

    path: str
    shown: str  # a selector


class Loaded(Struct, frozen=True, kw_only=True):
    """A visit with an empty cache; from the begin of the navigation."""

    first_content_ms: float | None
    shown_ms: float


class Cost(Struct, frozen=True, kw_only=True):
    count: int
    ms: float
    ms_max: float


class View(Struct, frozen=True, kw_only=True):
    """Some seconds of looking at a part of the map.

    Our own code works at rates of its own, a few times a second, whatever the frames are: where
    these are few, each bears more of it.
    """

    couriers_drawn_count: int
    cells_drawn_count: int
    watched_s: float
    frames_per_s: float
    frame_ms: list[float]  # from each frame to the next
    own_ms_per_frame: float
    own_share: float  # of the page's thread
    own: dict[str, Cost]
    socket_bytes_per_s: float

    @property
    def own_ms_in_a_frame(self) -> float:
        """Return what our own code takes of a frame in which all is drawn anew, on average."""
        parts = [self.own[name] for name in _DRAWN_IN_A_FRAME if name in self.own]
        return sum(cost.ms / max(1, cost.count) for cost in parts)


class Console:
    """A page that is logged in; open it with `open_console`."""

    def __init__(self, page: Page, url: str) -> None:
        self._page, self._url = page, url
        self._heard_bytes_count = 0
        self.complaints: list[str] = []
        page.on("websocket", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _listen(self, socket: WebSocket) -> None:
        def count(frame: str | bytes) -> None:
            self._heard_bytes_count += len(frame)  # the frames are ASCII but for names

        socket.on("framereceived", count)

    def _note(self, url: str) -> None:
        if not url.startswith((self._url, "data:", "blob:", "about:")):
            self.complaints.append(f"asked elsewhere: {url}")

    async def log_in(self, login: str, password: str) -> None:
        """Log in, and leave again: what is open takes its part of the machine."""
        await self._page.goto(f"{self._url}/ops")
        await self._page.fill("[name=login]", login)
        await self._page.fill("[name=password]", password)
        await self._page.click("[type=submit]")
        await self._page.wait_for_selector("body[data-page=console]")
        await self._page.goto("about:blank")

    async def enter(self) -> None:
        """Open the console, and wait until the map is there."""
        await self._page.goto(f"{self._url}/ops")
        await self._page.wait_for_selector("body[data-connection=live]")
        await self._page.wait_for_selector("body[data-map=open]")

    async def zoom_in(self, times: int) -> None:
        """Come nearer, each time by half."""
        for _ in range(times):
            await self._page.get_by_role("button", name="Zoom in").click()
            await asyncio.sleep(1.0)  # the map flies there

    async def watch(self, watch_s: float) -> View:
        """Look on for a while; return what that came to."""
        before, heard_bytes_count = await self._costs(), self._heard_bytes_count
        frames_ms = convert(await self._page.evaluate(_FRAMES, 1_000.0 * watch_s), list[float])
        after = await self._costs()
        watched_s = (frames_ms[-1] - frames_ms[0]) / 1_000.0
        own = {
            name: Cost(
                count=after[name].count - (before[name].count if name in before else 0),
                ms=after[name].ms - (before[name].ms if name in before else 0.0),
                ms_max=after[name].ms_max,
            )
            for name in _OWN_PARTS
            if name in after
        }
        frames_count, own_ms = max(1, len(frames_ms) - 1), sum(cost.ms for cost in own.values())
        told = await self._page.locator("body").evaluate("body => ({ ...body.dataset })")
        return View(
            couriers_drawn_count=int(told.get("couriers", 0)),
            cells_drawn_count=int(told.get("cells", 0)),
            watched_s=watched_s,
            frames_per_s=frames_count / watched_s,
            frame_ms=[later - ms for ms, later in itertools.pairwise(frames_ms)],
            own_ms_per_frame=own_ms / frames_count,
            own_share=own_ms / (1_000.0 * watched_s),
            own=own,
            socket_bytes_per_s=(self._heard_bytes_count - heard_bytes_count) / watched_s,
        )

    async def load_anew(self, wanted: Wanted) -> Loaded:
        """Load a page in a browser that has only the log-in, and nothing in its cache."""
        browser = self._page.context.browser
        assert browser is not None, "the page is in one"
        state = await self._page.context.storage_state()
        context = await browser.new_context(viewport=SIZE, storage_state=state)
        try:
            page = await context.new_page()
            selector = msgspec.json.encode(wanted.shown).decode()
            await page.add_init_script(_NOTE_SHOWN.replace("SELECTOR", selector))
            await page.goto(f"{self._url}{wanted.path}")
            await page.wait_for_selector(wanted.shown, state="attached")
            return msgspec.convert(await page.evaluate(_LOADED), Loaded)
        finally:
            await context.close()

    async def _costs(self) -> dict[str, Cost]:
        return msgspec.convert(await self._page.evaluate(_COSTS), dict[str, Cost])


@asynccontextmanager
async def open_console(url: str) -> AsyncGenerator[Console]:
    """Start a browser with an empty page.

    Raises:
        playwright.async_api.Error: there is no Chromium on this machine.
    """
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", *_SOFTWARE_WEBGL]
        )
        try:
            yield Console(await _new_page(browser), url)
        finally:
            await browser.close()


def chromium() -> str | None:
    """Return the machine's own Chromium; None: the one that playwright brings, if it did."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


async def _new_page(browser: Browser) -> Page:
    page = await (await browser.new_context(viewport=SIZE)).new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page

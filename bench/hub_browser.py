"""A first view in a real browser on a slow link: the measured side, prints JSON.

usage: python -m bench.hub_browser URL TEXT CHART

Chromium with an empty cache, through its own emulation: 400 kbit/s down and up, 400 ms
from each request to its answer, processor 6 times slower. Readable: something was
painted, and a frame was painted with the main figure in it (a digit in the element that
the selector TEXT names). Drawn: so with the chart (an element that CHART names, with a
size). Bytes: what the network carried for every request of the view, heads included,
and of messages of a socket.

Chromium does not slow down the opening of a connection, which costs all alike one
round trip more.
"""

import json
import os
import shutil
import sys
import time
from typing import Any

KBIT, LATENCY, SLOWER = 400, 400, 6
PHONE = {"width": 360, "height": 740}
LONGEST = 300_000
"""Milliseconds until a view counts as never readable."""
QUIET = 3_000
"""Milliseconds after which nothing more is awaited on the wire."""

POLLED = 500
"""Milliseconds between two questions to the browser."""

WATCH = """
([text, chart]) => {
  const told = window.benchTold = {};
  const seen = {
    text: () => [...document.querySelectorAll(text)].some(
      (one) => /\\d/.test(one.textContent) && one.getBoundingClientRect().width > 0),
    chart: () => [...document.querySelectorAll(chart)].some(
      (one) => one.getBoundingClientRect().width > 0),
  };
  const painted = (name) => requestAnimationFrame(
    () => setTimeout(() => { told[name] = performance.now(); }));
  const awaited = new Set(Object.keys(seen));
  const look = () => {
    for (const name of [...awaited]) {
      if (seen[name]()) { awaited.delete(name); painted(name); }
    }
    if (awaited.size) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""

TOLD = """
JSON.stringify({
  ...window.benchTold,
  painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
})
"""


def first_view(url: str, text: str, chart: str) -> dict[str, Any]:
    """Seconds until painted, readable and drawn; bytes and requests of the view."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        page = browser.new_context(viewport=PHONE, locale="fr-FR").new_page()
        session = page.context.new_cdp_session(page)
        wire = _Wire(session)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY,
                "downloadThroughput": KBIT * 1000 / 8,
                "uploadThroughput": KBIT * 1000 / 8,
            },
        )
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(f"({WATCH})({json.dumps([text, chart])})")
        page.goto(url, wait_until="commit", timeout=LONGEST)
        told = _seen(page, session)
        page.wait_for_load_state("load", timeout=LONGEST)
        wire.until_quiet(page)
        browser.close()
    return {
        "painted": told["painted"] / 1000,
        "readable": max(told["painted"], told["text"]) / 1000,
        "drawn": max(told["painted"], told["chart"]) / 1000,
        "bytes": wire.bytes,
        "requests": wire.requests,
    }


def _seen(page: Any, session: Any) -> dict[str, float]:
    """Milliseconds from the beginning of the view, once all of it was painted.

    Asked of the browser, not of the page, whose policy lets nothing be evaluated.
    """
    until = time.monotonic() + LONGEST / 1000
    while time.monotonic() < until:
        answer = session.send("Runtime.evaluate", {"expression": TOLD})
        told: dict[str, float] = json.loads(answer["result"]["value"])
        if {"text", "chart", "painted"} <= told.keys():
            return told
        page.wait_for_timeout(POLLED)
    raise SystemExit("never readable")


class _Wire:
    """What goes over the network, as the browser counts it."""

    def __init__(self, session: Any):
        self.bytes = self.requests = self._open = 0
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.loadingFailed", self._failed)
        session.on("Network.webSocketFrameReceived", self._message)

    def until_quiet(self, page: Any) -> None:
        """Wait until nothing came for a while."""
        before = -1
        while self._open > 0 or before != self.bytes:
            before = self.bytes
            page.wait_for_timeout(QUIET)

    def _asked(self, told: Any) -> None:
        if told["request"]["url"].startswith("http"):
            self.requests += 1
            self._open += "redirectResponse" not in told

    def _finished(self, told: Any) -> None:
        self.bytes += int(told["encodedDataLength"])
        self._open -= 1

    def _failed(self, _told: Any) -> None:
        self._open -= 1

    def _message(self, told: Any) -> None:
        self.bytes += len(told["response"]["payloadData"])


def _chromium() -> str | None:
    """The browser of this machine, or the one that is named."""
    return os.environ.get("BOLOCI_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None
    )


if __name__ == "__main__":
    print(json.dumps(first_view(*sys.argv[1:])))

"""The hub served to a real browser: one `boloci serve` a session, Debian's chromium.

Where chromium is missing these tests are skipped, and the reason says what to install.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from boloci.published import published
from boloci.workspace import Workspace
from tests.hub.conftest import PASSWORD, small_country  # noqa: F401

MISSING = (
    "browser tests did not run: chromium is missing: apt-get install chromium"
    " (or name it in BOLOCI_CHROMIUM)"
)
DESKTOP, PHONE = (1200, 800), (360, 740)
STARTING = 60.0


def chromium() -> str | None:
    """The browser of this machine."""
    named = os.environ.get("BOLOCI_CHROMIUM")
    return named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium():
        return
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.skip(reason=MISSING))


@dataclass(frozen=True)
class Served:
    """A hub being served, and who may sign in."""

    url: str
    workspace: Workspace
    district: str
    """The district of `chef`: one of which is known where to look first."""


def _set(workspace: Path, **settings: str) -> None:
    file = workspace / "boloci.toml"
    text = file.read_text("utf-8")
    for name, value in settings.items():
        text = re.sub(rf"^{name} = \w+", f"{name} = {value}", text, flags=re.M)
    file.write_text(text, "utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(workspace: Path, *words: str) -> list[str]:
    start = "from boloci.cli import main; main()"
    return [sys.executable, "-c", start, "--workspace", str(workspace), *words]


def _until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/alive", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{url} does not answer")


@pytest.fixture(scope="session")
def served(
    small_country: Workspace,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """The small country, public, in a folder with a space in its name."""
    root = tmp_path_factory.mktemp("un espace") / "le pays"
    shutil.copytree(small_country.root, root)
    _set(root, public="true", synthetic="true")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO_")}
    first = small_country.look(level="area")["place_id"][0].as_py()
    district = published(small_country).by_id[first].parent_id
    subprocess.run(
        _command(
            *(root, "user", "add", "chef", "--name", "La cheffe", "--own"),
            *("--role", "district_manager", "--place", district),
        ),
        input=f"{PASSWORD}\n".encode(),
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    port = _free_port()
    process = subprocess.Popen(
        _command(root, "serve", "--port", str(port)),
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _until_it_answers(url, process)
        yield Served(url, Workspace(root), district)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a file: playwright's loop must not run on into tests of Django."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@dataclass
class Visit:
    """A page being read, with what it did wrong beside being shown."""

    page: Page
    url: str
    said: list[str] = field(default_factory=list)
    """Errors and warnings of the console, and those that the policy stopped."""
    foreign: list[str] = field(default_factory=list)
    """Requests that left the host."""

    def to(self, path: str) -> int:
        """Go to a page of the hub; its status."""
        answer = self.page.goto(self.url + path)
        return answer.status if answer else 0

    @property
    def path(self) -> str:
        """Where the reader is, with the state in the query."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def sign_in(self) -> "Visit":
        """Sign in as the chief of the district."""
        self.to("/sign-in")
        self.page.fill("input[name=login]", "chef")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self


Visiting = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visiting]:
    """`visit("fr", PHONE, scripts=False)`: a new reader, who knows nobody's cookies."""
    opened: list[BrowserContext] = []

    def make(
        language: str = "fr", size: tuple[int, int] = DESKTOP, *, scripts: bool = True
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        context.set_default_timeout(60_000)
        opened.append(context)
        made = Visit(context.new_page(), served.url)
        made.page.on(
            "console",
            lambda one: (
                made.said.append(one.text) if one.type in ("error", "warning") else None
            ),
        )
        made.page.on("pageerror", lambda error: made.said.append(str(error)))
        made.page.on(
            "request",
            lambda one: (
                None
                if one.url.startswith((served.url, "data:", "blob:"))
                else made.foreign.append(one.url)
            ),
        )
        if language != "fr":
            made.to("/sign-in")
            made.page.click(f"button[name=language][value={language}]")
        return made

    yield make
    for context in opened:
        context.close()

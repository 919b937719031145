"""The hub served to a real browser: one `boloci serve` a session, Debian's chromium.

Where chromium is missing these tests are skipped, and the reason says what to install.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    expect,
    sync_playwright,
)

from boloci.published import published
from boloci.workspace import Workspace
from tests.hub.conftest import PASSWORD, small_country  # noqa: F401
from tests.serving.processes import make_people, serving, settle

MISSING = (
    "browser tests did not run: chromium is missing: apt-get install chromium"
    " (or name it in BOLOCI_CHROMIUM)"
)
DESKTOP, PHONE = (1200, 800), (360, 740)
READERS = pytest.mark.parametrize(
    ("language", "size"),
    [
        pytest.param("fr", PHONE, id="fr-phone"),
        pytest.param("en", DESKTOP, id="en-desk"),
        pytest.param("fr", DESKTOP, id="fr-desk", marks=pytest.mark.slow),
        pytest.param("en", PHONE, id="en-phone", marks=pytest.mark.slow),
    ],
)
"""Each language and each size every time; all pairs of them in `make verify`."""
JOB = 180_000
"""Milliseconds that the worker gets to read or publish, also on a busy machine."""
HEADER = "element,place_id,period,sex,age,strategy,value"


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


PEOPLE = {
    "chef": ("La cheffe", "district_manager"),
    "bureau": ("Le bureau", "analyst"),
    "autre": ("L'autre bureau", "analyst"),
    "admin": ("L'administratrice", "administrator"),
}
"""Who may sign in; the chief for a district, the others for the country."""


@dataclass(frozen=True)
class Served:
    """A hub being served, and who may sign in."""

    url: str
    workspace: Workspace
    district: str
    """The district of `chef`: one of which is known where to look first."""
    area: str
    """The health area of that district to look at first."""


@pytest.fixture(scope="session")
def served(
    small_country: Workspace,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """The small country, public, in a folder with a space in its name."""
    root = tmp_path_factory.mktemp("un espace") / "le pays"
    shutil.copytree(small_country.root, root)
    settle(root, public="true", synthetic="true")
    first = small_country.look(level="area")["place_id"][0].as_py()
    district = published(small_country).by_id[first].parent_id
    people = [
        {
            "username": username,
            "name": name,
            "role": role,
            "password": PASSWORD,
            "place_id": district if username == "chef" else "",
        }
        for username, (name, role) in PEOPLE.items()
    ]
    make_people(root, people)
    with serving(root) as hub:
        yield Served(hub.url, Workspace(root), district, first)


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

    def sign_in(self, who: str = "chef") -> "Visit":
        """Sign in as one of `PEOPLE`: the chief of the district."""
        self.to("/sign-in")
        self.type_sign_in(who)
        return self

    def type_sign_in(self, who: str) -> None:
        """Sign in on the page of signing in that is open."""
        self.page.fill("input[name=login]", who)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)


Visiting = Callable[..., Visit]


def tidy(served: Served, doses: int) -> FilePayload:
    """A file of one month of one health area, as a browser is given it."""
    content = f"{HEADER}\nDTP1,{served.area},202403,,,,{doses}\n".encode()
    return {"name": "mars 2024.csv", "mimeType": "text/csv", "buffer": content}


def bring(visit: Visit, file: FilePayload) -> None:
    """Drop a file on the page of imports and wait until it was read."""
    visit.to("/imports")
    visit.page.set_input_files("input[name=files]", [file])
    visit.page.locator("main form[enctype] button.main").click()
    visit.page.locator("form[action$='/discard']").wait_for(timeout=JOB)


def propose(visit: Visit, **asked: str) -> str:
    """Propose a correction, of the first value where the source has several."""
    visit.to(f"/corrections/add?{urlencode(asked)}")
    values = visit.page.locator("main form input[name=part]")
    if values.count():
        values.first.check()
    visit.page.locator("main form button.main").click()
    visit.page.wait_for_url(lambda url: url.rpartition("/")[2].isdecimal())
    expect(visit.page.locator("main [data-follow]")).to_have_count(0, timeout=JOB)
    return visit.path


def begin_project(visit: Visit, served: Served, name: str) -> str:
    """An improvement project of the chief's district, with a site and a measure that
    its team counts; its address."""
    forms = {
        "/improvement/add": {
            "name": name,
            "place": served.district,
            "problem": "Les filles sont moins souvent vaccinées.",
            "starts": "2024-01-01",
        },
        "site/add": {"place": served.area, "joined": "2024-01-01"},
        "measure/add": {},
    }
    project = ""
    for address, boxes in forms.items():
        visit.to(f"{project}/{address}" if project else address)
        for box, text in boxes.items():
            visit.page.fill(f"main form [name={box}]", text)
        if "measure" in address:
            chosen = "main form [name=indicator]"
            visit.page.select_option(chosen, "complete_immunisation")
        visit.page.locator("main form.card button.main").click()
        visit.page.wait_for_url(lambda url: "/add" not in url)
        project = project or visit.path.partition("#")[0]
    return project


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

"""Requests that nobody would make on purpose: the hub answers each, and none with 500.

The requests are the same on every run: a fault that they find is found again.
`BOLOCI_REQUESTS` says how many `make verify` makes.
"""

import random
from typing import Any
from urllib.parse import quote, urlencode

from django.test import Client

from tests.hub.conftest import GENERATED, Hub
from tests.hub.test_every_url import addresses

HOSTILE = (
    "",
    "0",
    "-1",
    "2023Q5",
    "2023Q1/2022Q1",
    "9999",
    "20231301",
    "dtp1_coverage",
    "nothing",
    "=HYPERLINK(1)",
    "+1+cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "\"'><svg onload=1>",
    "' OR 1=1; --",
    "../../secrets.toml",
    "%00",
    "\x00",
    "\ud7ff\u202e\ufeff",
    "🙂" * 50,
    "é" * 5_000,
    "{{ 7*7 }}",
    "%(x)s {y}",
    "1e309",
    "NaN",
    "٣",
)
NAMES = [
    "indicator",
    "place",
    "period",
    "sex",
    "method",
    "denominator",
    "level",
    "inside",
    "dose",
    "since",
    "table",
    "chart",
    "q",
    "page",
    "by",
    "kind",
    "group",
    "next",
    "language",
    "topic",
    "build",
    "x",
]


FIELDS = [
    *("text", "subject", "place_id", "owner", "due", "status", "evidence", "version"),
    *("place", "element", "period", "sex", "age", "strategy", "action", "value"),
    *("reason", "decision", "snapshot", "replace", "username", "name", "role"),
    *("password", "language", "next", "until", "build", "days", "first", "last"),
    *("group", "since", "to", "code", "title", "month", "member", "place_type"),
]
"""Names of what forms send."""


def generated(hub: Hub, number: int) -> list[str]:
    """Addresses of the hub with arguments and queries that make no sense."""
    draw = random.Random(20_241)
    place = hub.places("district")[0].place_id
    paths = [url.split("?")[0] for url in addresses(hub, place, files=True)]
    found = []
    for _ in range(number):
        path = draw.choice(paths)
        if draw.random() < 0.2:
            path = path.replace(place, quote(draw.choice(HOSTILE), safe=""))
        asked = drawn(draw, NAMES, place, draw.randint(1, 4))
        found.append(f"{path}?{urlencode(asked)}")
    return found


def drawn(
    draw: random.Random, names: list[str], place: str, number: int
) -> list[tuple[str, str]]:
    """Names with values that make no sense."""
    return [(draw.choice(names), draw.choice((*HOSTILE, place))) for _ in range(number)]


def wrong_with(answer: Any) -> str:
    """What no answer may be: a fault of ours, or the script that was sent."""
    if answer.status_code >= 500:
        return str(answer.status_code)
    content = b"" if answer.streaming else answer.content
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    return "script" if html and b"<script>alert" in content else ""


def reader(hub: Hub, role: str = "", place_id: str = "") -> Client:
    """A browser that is told of a fault as people are: with an answer of 500."""
    made = hub.browser(role, place_id)
    made.raise_request_exception = False
    return made


@GENERATED
def test_no_generated_request_fails_or_comes_back_as_a_script(
    hub: Hub, requests: int
) -> None:
    own = hub.places("district")[0].place_id
    readers = [
        reader(hub),
        reader(hub, "district_manager", own),
        reader(hub, "administrator"),
    ]
    wrong = []
    for number, url in enumerate(generated(hub, requests)):
        fault = wrong_with(readers[number % 3].get(url))
        if fault:
            wrong.append(f"{fault} {url[:200]}")
    assert not wrong, "\n".join(wrong)


@GENERATED
def test_no_generated_form_fails_or_comes_back_as_a_script(
    own_hub: Hub, requests: int
) -> None:
    draw = random.Random(20_242)
    place = own_hub.places("district")[0].place_id
    office = reader(own_hub, "administrator")
    paths = [
        url.split("?")[0]
        for url in addresses(own_hub, place, files=False)
        if not url.startswith("/account")  # it would sign itself out
    ]
    wrong = []
    for _ in range(requests // 4):
        path = draw.choice(paths)
        sent = dict(drawn(draw, FIELDS, place, draw.randint(1, 12)))
        fault = wrong_with(office.post(path, sent))
        if fault:
            wrong.append(f"{fault} {path} {str(sent)[:300]}")
    assert office.get("/people").status_code == 200, "still signed in"
    assert not wrong, "\n".join(wrong)

"""Requests that nobody would make on purpose: the hub answers each, and none with 500.

The requests are the same on every run: a fault that they find is found again.
`BOLOCI_REQUESTS` says how many.
"""

import os
import random
from urllib.parse import quote, urlencode

from tests.hub.conftest import Hub
from tests.hub.test_every_url import addresses

REQUESTS = int(os.environ.get("BOLOCI_REQUESTS", "150"))
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
        asked = [
            (draw.choice(NAMES), draw.choice((*HOSTILE, place)))
            for _ in range(draw.randint(1, 4))
        ]
        found.append(f"{path}?{urlencode(asked)}")
    return found


def test_no_generated_request_fails_or_comes_back_as_a_script(hub: Hub) -> None:
    own = hub.places("district")[0].place_id
    readers = [hub.browser(), hub.browser("district_manager", own)]
    wrong = []
    for number, url in enumerate(generated(hub, REQUESTS)):
        reader = readers[number % 2]
        reader.raise_request_exception = False
        answer = reader.get(url)
        content = b"" if answer.streaming else answer.content
        html = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.status_code >= 500:
            wrong.append(f"{answer.status_code} {url[:200]}")
        elif html and b"<script>alert" in content:
            wrong.append(f"script {url[:200]}")
    assert not wrong, "\n".join(wrong)

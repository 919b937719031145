"""Readers of the hub: the measured side of its benches, prints JSON.

usage: python -m bench.hub_walk pages URL READERS.json PID ROUNDS
       python -m bench.hub_walk people URL READERS.json PID SECONDS SEED

PID is the process that serves, whose CPU seconds are counted with all below it.
`pages`: one after the other, every page of the first reader of each role. `people`: all
readers at once, each a thread with a connection of its own: sign in, then page after
page until the time is over. Seconds count from the request to the last byte of the
answer, packed as a browser asks for it.
"""

import http.client
import json
import random
import re
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.hub_served import cpu

THINKS = (5.0, 15.0)
"""Seconds that a person reads a page before asking for the next: evenly between."""
LONGEST = 30.0
"""Seconds after which an answer counts as none."""
WARMING = 8
"""Connections that ask for a page before it counts as warm: each web process keeps its
own pages, and the kernel deals connections out by chance."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
NO_ANSWER = 0


class Reader:
    """One browser: a connection, cookies, and what a person may see."""

    def __init__(self, url: str, role: str):
        self.role = role
        self._host = urlsplit(url).netloc
        self._cookies: dict[str, str] = {}
        self.reconnect()

    def reconnect(self) -> None:
        """Begin a new connection."""
        self._line = http.client.HTTPConnection(self._host, timeout=LONGEST)
        self.text = ""

    def sign_in(self, username: str, password: str) -> None:
        """Through the form, as a person does."""
        self.get("/sign-in", packed=False)
        found = TOKEN.search(self.text)
        fields = {
            "csrfmiddlewaretoken": found.group(1) if found else "",
            "login": username,
            "password": password,
        }
        status = self._ask("POST", "/sign-in", urlencode(fields))
        if status != 302 or "sessionid" not in self._cookies:
            raise SystemExit(f"{username} could not sign in: {status}")

    def get(self, path: str, *, packed: bool = True) -> tuple[int, float]:
        """Status and seconds of an answer; `NO_ANSWER` where none came."""
        started = time.perf_counter()
        try:
            status = self._ask("GET", path, packed=packed)
        except (OSError, http.client.HTTPException):
            self.reconnect()
            status = NO_ANSWER
        return status, time.perf_counter() - started

    def _ask(
        self, method: str, path: str, body: str | None = None, *, packed: bool = True
    ) -> int:
        headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items()),
            "Accept-Encoding": "gzip" if packed else "identity",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{self._host}"
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        self.text = answer.read().decode(errors="replace") if not packed else ""
        answer.read()
        for told in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = told.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status


def pages(
    url: str, people: list[dict[str, Any]], pid: int, rounds: int
) -> dict[str, Any]:
    """Each page of each role: the first time that it is asked for, then warm.

    The status is 200 only where every answer was.
    """
    known = {person["role"]: person for person in reversed(people)}
    readers = {role: _entered(url, person) for role, person in known.items()}
    asked = [(role, path) for role in known for path in known[role]["pages"]]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    begun = cpu(pid)
    for role, path in asked:
        status, first = readers[role].get(path)
        found[role, path] = {"status": status, "first": first, "warm": []}
    made = cpu(pid)
    for role, path in asked:
        for _ in range(WARMING):
            readers[role].reconnect()
            readers[role].get(path)
    before = cpu(pid)
    for _ in range(rounds):
        for reader in readers.values():
            reader.reconnect()
        for role, path in asked:
            status, spent = readers[role].get(path)
            if status != 200:
                found[role, path]["status"] = status
            found[role, path]["warm"].append(spent)
    told = [{"role": r, "path": path, **one} for (r, path), one in found.items()]
    return {"pages": told, "first_cpu": made - begun, "warm_cpu": cpu(pid) - before}


def people(
    url: str, wanted: list[dict[str, Any]], pid: int, seconds: int, seed: int
) -> dict[str, Any]:
    """Everybody at once, and then as long again."""
    readers = [_entered(url, person) for person in wanted]
    chances = [random.Random(seed * 1000 + n) for n in range(len(wanted))]
    known = list(zip(readers, wanted, chances, strict=True))
    return {"parts": [_together(known, pid, seconds) for _ in range(2)]}


def _together(
    known: list[tuple[Reader, dict[str, Any], random.Random]], pid: int, seconds: int
) -> dict[str, Any]:
    """Role, path, status and seconds of every answer, and the CPU seconds spent."""
    answers: list[tuple[str, str, int, float]] = []
    until = time.monotonic() + seconds

    def read(reader: Reader, person: dict[str, Any], chance: random.Random) -> None:
        reader.reconnect()
        time.sleep(chance.uniform(0, THINKS[1]))
        while time.monotonic() < until:
            path = chance.choice(person["pages"])
            answers.append((reader.role, path, *reader.get(path)))
            time.sleep(chance.uniform(*THINKS))

    threads = [threading.Thread(target=read, args=one) for one in known]
    before, own = cpu(pid), _cpu()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"answers": answers, "cpu": cpu(pid) - before, "own": _cpu() - own}


def _entered(url: str, person: dict[str, Any]) -> Reader:
    reader = Reader(url, person["role"])
    if person["username"]:
        reader.sign_in(person["username"], person["password"])
    return reader


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


SIDES: dict[str, Callable[..., dict[str, Any]]] = {"pages": pages, "people": people}

if __name__ == "__main__":
    side, url, readers_file, *numbers = sys.argv[1:]
    listed = json.loads(Path(readers_file).read_text())
    print(json.dumps(SIDES[side](url, listed, *map(int, numbers))))

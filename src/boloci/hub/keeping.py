"""When a form was last taken by the hub, so that a browser forgets what it kept of it.

`keep.js` keeps what is typed until it is sure that the hub has it. Both times are the
hub's own: when a form was made, and when one of its address was last taken.
"""

import time

from django.http import HttpRequest

SESSION = "forms_taken"
MOST = 50
"""Addresses that are remembered for a session, the latest."""


def now() -> int:
    """The hub's time, in milliseconds."""
    return time.time_ns() // 1_000_000


def done(request: HttpRequest, address: str) -> None:
    """Note that what was typed at an address is kept by the hub."""
    taken = {**request.session.get(SESSION, {}), address: now()}
    latest = sorted(taken.items(), key=lambda one: -one[1])[:MOST]
    request.session[SESSION] = dict(latest)


def done_at(request: HttpRequest, address: str) -> int:
    """When that was last; 0: not in this session."""
    return int(request.session.get(SESSION, {}).get(address, 0))

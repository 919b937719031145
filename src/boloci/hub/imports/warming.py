"""Making the pages that people open first, so that the first reader need not wait.

`before` makes them of a build that does not count yet: what everyone reads first, then
where each role's work begins. What there was no time for, and the pages of the places
that everyone may see, the worker makes bit by bit when it has nothing else to do.
"""

import datetime
import logging
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.urls import resolve
from django.utils import translation
from django_tasks import task

from boloci.hub import bodies, links, rights
from boloci.hub.current import build_file, current, workspace
from boloci.hub.language import KNOWN
from boloci.hub.people.landing import landing
from boloci.hub.people.models import User
from boloci.published import holding

PAGES = (
    *("/", "/learning-hub", "/zero-dose", "/equity", "/indicators"),
    *("/compare", "/quality", "/sources"),
)
PATIENCE = 45.0
"""Seconds that a publication waits for pages; figures are not held back longer."""
AT_ONCE = 4.0
"""Seconds of a job of the idle worker: then others have their turn."""
IDLE = -50
"""Less urgent than whatever people started."""
_log = logging.getLogger(__name__)

Opening = tuple[Any, str, str]
"""Who opens which address in which language."""


def before(build: str) -> None:
    """Make the first pages of a build that can be read and is not published yet."""
    until = time.monotonic() + PATIENCE
    try:
        with holding(workspace(), build):
            for opening in urgent():
                if time.monotonic() > until:
                    break
                open_page(*opening)
    except Exception:  # figures are published, whatever becomes of pages
        _log.exception("pages could not be made before publishing")


def first(progress: Callable[[str, float], None]) -> None:
    """Make the pages that everyone reads first, in the workspace's language."""
    for at, opening in enumerate(islice(urgent(), len(PAGES))):
        progress("pages", at / len(PAGES))
        open_page(*opening)


def go_on(when: datetime.datetime | None = None) -> None:
    """Have the worker make what is still to be made, from a time on, or from now."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.filter(task_path=make.module_path, status="READY")
    waiting.delete()
    if file := build_file():
        make.using(priority=IDLE, run_after=when).enqueue(file, 0)


@task()
def make(build: str, done: int) -> None:
    """Make some of the pages of a build, those from the `done`th, then go on later."""
    if build != build_file():
        return
    if not done:
        bodies.prune()
    until = time.monotonic() + AT_ONCE
    for opening in islice(openings(), done, None):
        open_page(*opening)
        done += 1
        if time.monotonic() > until:
            make.using(priority=IDLE).enqueue(build, done)
            return


def urgent() -> Iterator[Opening]:
    """Who opens what first: everyone the pages of the menu, in the workspace's language
    before others, and each person the page where the role's work begins."""
    own = settings.LANGUAGE_CODE
    if workspace().public:
        for language in sorted(KNOWN, key=lambda one: one != own):
            yield from ((AnonymousUser(), address, language) for address in PAGES)
    for user in User.objects.filter(is_active=True).order_by("pk"):
        yield user, landing(user), user.language or own


def openings() -> Iterator[Opening]:
    """What is made ahead: what is urgent, then the places that everyone may see."""
    yield from urgent()
    for place in rights.public().keep(current().places):
        if place.level in rights.OPEN_LEVELS:
            yield AnonymousUser(), links.place(place.place_id), settings.LANGUAGE_CODE


def open_page(user: Any, address: str, language: str) -> None:
    """Open a page as its reader would; what is wrong with it stops nothing else."""
    path, _mark, query = address.partition("?")
    raw = unquote_to_bytes(path).decode("latin-1")
    environ: dict[str, Any] = {"PATH_INFO": raw, "QUERY_STRING": query}
    setup_testing_defaults(environ)
    request: Any = WSGIRequest(environ)
    request.user, request.language = user, language
    try:
        with translation.override(language):
            view, positional, named = resolve(request.path_info)
            view(request, *positional, **named)
    except Exception:  # the figures are published, whatever a page does
        _log.exception("%s could not be made ahead", path)

"""The addresses of the API: what each is asked, what its rows hold, who answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from boloci.hub.api import asked as asking
from boloci.hub.api import figures, places
from boloci.hub.api.answers import Answer
from boloci.hub.api.cursors import Start, read, written
from boloci.hub.current import current
from boloci.hub.rights import Scope
from boloci.problems import refuse
from boloci.tables import FACTS, INEQUALITY


def _(message: str) -> str:
    """A message as it is; the page of the API translates it when it is shown."""
    return message


@dataclass(frozen=True)
class Endpoint:
    """One address that answers with rows."""

    name: str
    summary: str
    asked: type[asking.Rows]
    columns: pa.Schema
    find: Callable[[Scope, Any], Answer]
    of_build: bool = True
    """Whether build, scope and question determine the answer."""


def _paged(find: Callable[..., tuple[pa.Table, Start | None]]) -> Any:
    """Pages of what reads from a start on, all of the build of the first page."""

    def answer(scope: Scope, asked: asking.Filters) -> Answer:
        question = asked.question()
        build, start = read(asked.cursor, question)
        build = build or asked.build or current(asked.profile).build
        rows, after = find(scope, asked, start, build)
        return Answer(rows, build, _next(build, question, after))

    return answer


def _whole(find: Callable[[Scope, Any], pa.Table]) -> Any:
    """Pages of what is read in one piece."""

    def answer(scope: Scope, asked: asking.Rows) -> Answer:
        question, now = asked.question(), current().build
        build, start = read(asked.cursor, question)
        if build not in (None, now):
            raise refuse("cursor_unfit")
        rows, after = figures.cut(find(scope, asked), start, asked.limit)
        return Answer(rows, now, _next(now, question, after))

    return answer


def _next(build: str, question: dict[str, Any], after: Start | None) -> str | None:
    return None if after is None else written(build, question, after)


ENDPOINTS = (
    Endpoint(
        "facts",
        _("Published figures, a row each, with interval, flags and reports received."),
        asking.Facts,
        FACTS,
        _paged(figures.facts),
    ),
    Endpoint(
        "findings",
        _("What is doubtful about the figures, the gravest first, in words."),
        asking.Findings,
        figures.SAID,
        _paged(figures.findings),
    ),
    Endpoint(
        "inequality",
        _("How unequal districts, areas, groups or sexes are, by WHO's measures."),
        asking.Inequality,
        INEQUALITY,
        _whole(figures.inequality),
    ),
    Endpoint(
        "places",
        _("Places and groups that you may see, from the top of the tree."),
        asking.Places,
        places.PLACES,
        _whole(places.places),
        of_build=False,
    ),
    Endpoint(
        "indicators",
        _("Indicators with their definitions."),
        asking.Indicators,
        places.INDICATORS,
        _whole(places.indicators),
    ),
    Endpoint(
        "builds",
        _("Builds that are kept: when they were made, and from how many imports."),
        asking.Rows,
        places.BUILDS,
        _whole(places.builds),
        of_build=False,
    ),
)
EXPLAIN = _("One figure taken apart: definition, rows of files, rules, versions.")

"""What every page shares: its tables and charts, its formats, its cached body.

A view gives `show` a function that makes its `Page`. The page itself, `.csv`, `.json`,
`.xlsx`, and of a chart `.svg`, `.png` and `.vl.json`, all come from that one object, so
that a list, its picture and its download cannot disagree. The body is kept (`bodies`);
the frame around it (menu, name) is made each time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import re_path
from markupsafe import Markup

from boloci.charts import Chart, Table
from boloci.hub import bodies, downloads
from boloci.hub.bodies import Body
from boloci.hub.controls import Controls
from boloci.hub.rights import Scope, readable

SUFFIX = r"(?P<suffix>\.(?:csv|json|xlsx|svg|png|vl\.json))?"


@dataclass(frozen=True)
class Page:
    """A page in the making: what it is called, holds and offers."""

    title: str
    template: str
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()
    controls: Controls = field(default_factory=Controls)
    values: Mapping[str, Any] = field(default_factory=dict)
    """What else the template shows. No per-person text: the body is shared by all
    readers of one scope."""
    description: str = ""

    @property
    def every_table(self) -> list[Table]:
        """Tables of the page and those behind its charts, by name."""
        named = {one.name: one for one in self.tables}
        named |= {one.name: one.table for one in self.charts if one.name not in named}
        return list(named.values())


def scope_of(request: HttpRequest) -> Scope:
    """What the reader of this request may see."""
    if not hasattr(request, "scope"):
        request.scope = readable(request.user)  # type: ignore[attr-defined]
    found: Scope = request.scope  # type: ignore[attr-defined]
    return found


def route(pattern: str, view: Callable[..., HttpResponse], name: str) -> Any:
    """A page's URL, with and without the suffix of a format."""
    return re_path(f"^{pattern}{SUFFIX}$", view, name=name)


def show(
    request: HttpRequest,
    make: Callable[[], Page],
    *,
    suffix: str | None = None,
    beside: Mapping[str, Any] | None = None,
    keep: bool = True,
) -> HttpResponse:
    """A page in the format that its URL asks for.

    `beside`: what belongs to this reader alone (forms, comments); the template
    `frame.html` shows it outside the kept body. `keep`: False for a body that
    changes between two builds, or tells one role more than another of its scope.
    """
    if suffix:
        with _making:
            page = make()
        return downloads.answer(request, page, suffix, figures=True)
    frame = getattr(request, "frame", "")
    kept = keep and not frame  # an export has its own, and needs the page for its files
    title, description, body = _body(request, make) if kept else _made(request, make())
    return render(
        request,
        frame or "frame.html",
        {
            "title": title,
            "description": description,
            "body": Markup(body),
            **(beside or {}),
        },
    )


_making = Lock()
"""One page is made at a time in a process: what two need of memory at once is not
bounded, and both would make the same one."""


def _body(request: HttpRequest, make: Callable[[], Page]) -> Body:
    language: str = request.language  # type: ignore[attr-defined]
    asked = scope_of(request), language, request.get_full_path()
    kept = bodies.get(*asked)
    if kept is None:
        with _making:
            kept = bodies.get(*asked)
            if kept is None:
                kept = _made(request, make())
                bodies.put(*asked, kept)
    return kept


def _made(request: HttpRequest, page: Page) -> Body:
    """Title, description and body of a page."""
    request.page = page  # type: ignore[attr-defined]
    html = render_to_string(
        page.template,
        {"page": page, "controls": page.controls, **page.values, **_place(request)},
    )
    return page.title, page.description, html


def _place(request: HttpRequest) -> dict[str, str]:
    """Where the page is: links to its formats start from it."""
    return {"path": request.path, "query": request.META.get("QUERY_STRING", "")}


def table_named(page: Page, name: str) -> Table:
    """A table of a page; the first where no name is given. Raises `Http404`."""
    for one in page.every_table:
        if not name or one.name == name:
            return one
    raise Http404


def chart_named(page: Page, name: str) -> Chart:
    """A chart of a page; the first where no name is given. Raises `Http404`."""
    for one in page.charts:
        if not name or one.name == name:
            return one
    raise Http404

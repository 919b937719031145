"""What was imported when, from which files; and what a build was made from."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from boloci.charts import Column, Table
from boloci.hub import pages
from boloci.hub.current import current, workspace
from boloci.hub.language import _
from boloci.hub.pages import Page
from boloci.hub.rights import may
from boloci.hub.tongue import TONGUE
from boloci.lake import builds, snapshots
from boloci.telling import imported

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@never_cache
def imports(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """Every import; by whom is told to administrators alone."""
    who = may(request.user, "people")
    return pages.show(request, lambda: _page(who=who), suffix=suffix, keep=False)


def _page(*, who: bool) -> Page:
    rows = [
        {
            "snapshot": one.id,
            "received": one.received.isoformat(timespec="seconds"),
            "file": file.name,
            "format": imported.kind(TONGUE, file.format),
            "rows": sum(file.rows.values()),
            "first": str(file.first_period or ""),
            "last": str(file.last_period or ""),
            "sha256": file.sha256,
            "undone": str(one.undone.get("at", ""))[:10],
            "by": one.by,
        }
        for one in reversed(snapshots.snapshots(workspace().lake))
        for file in one.files
    ]
    columns = [
        Column("snapshot", _("Import")),
        Column("received", _("Received"), "day"),
        Column("file", _("File")),
        Column("format", _("Format")),
        Column("rows", _("Rows"), "doses"),
        Column("undone", _("Taken back"), "day"),
        Column("sha256", _("Fingerprint")),
        *([Column("by", _("By"))] if who else []),
    ]
    if not who:
        rows = [{k: v for k, v in row.items() if k != "by"} for row in rows]
    table = Table(name="imports", title=_("Imports"), columns=columns, rows=rows)
    return Page(
        title=_("What was imported"),
        template="figures/imports_told.html",
        tables=[table],
        values={"table_of_imports": table, "who": who},
        description=_("Every import with its files, and whether it counts."),
    )


def manifest(request: HttpRequest, build: str) -> HttpResponse:
    """What a build was made from, as its file says it."""
    content = _manifest(build)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="boloci-{build}.json"'
    return response


def _manifest(build: str) -> Any:
    """The text of a kept build's manifest. Raises `Http404`."""
    folder = builds.folder(workspace().lake, current().profile)
    if not _NAME.fullmatch(build) or build not in builds.names(folder):
        raise Http404
    path = folder / f"{build}.json"
    if not path.exists():
        raise Http404
    return path.read_text(encoding="utf-8")

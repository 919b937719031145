"""The pages of imports: what was brought, what waits for a decision, one upload."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from boloci import periods
from boloci.charts import Column, Table
from boloci.hub import downloads, showing
from boloci.hub.current import workspace
from boloci.hub.imports import actions, columns, told
from boloci.hub.imports.models import Publication, Upload
from boloci.hub.imports.published import published_snapshots
from boloci.hub.language import _
from boloci.hub.pages import Page
from boloci.hub.people.forms import sentences, version_of
from boloci.hub.rights import require
from boloci.lake import snapshots
from boloci.lake.snapshots import Snapshot
from boloci.problems import Refused

WAITING = ("reading", "understood", "refused", "keeping")
MOST_FILES = 200


@never_cache
def imports(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """What was imported, what waits, and the form that takes files."""
    require(request.user, "import")
    if request.method == "POST":
        return _take(request)
    return _render(request, suffix)


def _take(request: HttpRequest) -> HttpResponse:
    files = request.FILES.getlist("files")[:MOST_FILES]
    try:
        made = actions.take_files(
            by=request.user,
            files=[(file.name or "", file) for file in files],
            replace=request.POST.get("replace") == "yes",
        )
    except Refused as error:
        return _render(request, wrong=sentences(error), status=400)
    return HttpResponseRedirect(reverse("upload", args=[made.pk]))


def _render(
    request: HttpRequest,
    suffix: str | None = None,
    wrong: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    known = snapshots.snapshots(workspace().lake)
    counted = published_snapshots()
    page = Page(
        title=_("Imports"),
        template="imports/imports.html",
        tables=[_table(known, counted)],
    )
    if suffix:
        return downloads.answer(request, page, suffix)
    publication = Publication.objects.first()
    context = {
        "title": page.title,
        "page": page,
        "path": request.path,
        "query": request.META.get("QUERY_STRING", ""),
        "wrong": wrong or [],
        "recipes": columns.kept(),
        "waiting": Upload.objects.filter(state__in=WAITING),
        "states": states(),
        "publication": publication,
        "problems": told.sentences(publication.problems if publication else []),
        "unpublished": {one.id for one in known if one.live} != counted,
    }
    return render(request, page.template, context, status=status)


def _table(known: list[Snapshot], counted: set[str]) -> Table:
    rows = [
        {
            "id": one.id,
            "number": str(one.sequence),
            "received": one.received.date(),
            "by": one.by,
            "files": ", ".join(file.name for file in one.files),
            "rows": sum(sum(file.rows.values()) for file in one.files),
            "periods": _periods(one),
            "state": _state(one, counted),
            "live": one.live,
        }
        for one in reversed(known)
    ]
    columns = [
        Column("number", _("No.")),
        Column("received", _("Received"), "day"),
        Column("by", _("By")),
        Column("files", _("Files")),
        Column("rows", _("Rows"), "reports"),
        Column("periods", _("Periods")),
        Column("state", _("State")),
    ]
    return Table("imports", _("What was imported"), columns, rows)


def _state(one: Snapshot, counted: set[str]) -> str:
    if one.live:
        return _("in the figures") if one.id in counted else _("not yet in the figures")
    if one.id in counted:
        return _("taken back; still in the figures")
    return _("taken back by {name}").format(name=one.undone["by"])


def _periods(one: Snapshot) -> str:
    ends = [
        end
        for file in one.files
        for end in (file.first_period, file.last_period)
        if end is not None
    ]
    if not ends:
        return ""
    texts = dict.fromkeys(periods.text(end) for end in (min(ends), max(ends)))
    return " – ".join(showing.period(text) for text in texts)


def states() -> dict[str, str]:
    """States of an upload in words."""
    return {
        "reading": _("being read"),
        "understood": _("read; waiting for your decision"),
        "refused": _("cannot be read"),
        "keeping": _("being imported"),
        "kept": _("imported"),
        "discarded": _("discarded"),
    }


@never_cache
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """One upload: what was understood and what is doubtful, before it counts."""
    require(request.user, "import")
    return _upload(request, _found(pk))


def _found(pk: int) -> Upload:
    found = Upload.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _upload(
    request: HttpRequest,
    one: Upload,
    wrong: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    publication = one.publication
    failed = publication.problems if publication else []
    context: dict[str, Any] = {
        "title": _("Files read: {names}").format(names=str(one)),
        "one": one,
        "state": states()[one.state],
        "report": one.report,
        "columns": one.state in ("understood", "refused") and columns.readable(one.pk),
        "doubts": told.doubts(one.report) if one.report else [],
        "problems": told.sentences([*one.problems, *failed]),
        "publication": publication,
        "wrong": wrong or [],
    }
    return render(request, "imports/upload.html", context, status=status)


def _do(
    request: HttpRequest, pk: int, act: Callable[..., Upload], said: str
) -> HttpResponse:
    """Do one thing to an upload and come back to its page."""
    require(request.user, "import")
    found = _found(pk)
    try:
        act(by=request.user, upload=found, version=version_of(request))
    except Refused as error:
        found.refresh_from_db()
        return _upload(request, found, sentences(error), 409)
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("upload", args=[pk]))


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Import and publish what was read."""
    return _do(request, pk, actions.keep, "")


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the files."""
    said = _("The files were removed; nothing of them counts.")
    return _do(request, pk, actions.discard, said)


@require_POST
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the files anew."""
    return _do(request, pk, actions.read_again, "")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take an import back."""
    return _then_imports(
        request,
        lambda given: actions.undo(by=request.user, snapshot_id=given),
        _("The import is being taken back; the figures follow."),
    )


@require_POST
def take_again(request: HttpRequest) -> HttpResponse:
    """Read an undone import's files again."""
    require(request.user, "import")
    given = request.POST.get("snapshot", "")
    try:
        made = actions.take_again(by=request.user, snapshot_id=given)
    except Refused as error:
        return _render(request, wrong=sentences(error), status=400)
    return HttpResponseRedirect(reverse("upload", args=[made.pk]))


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish figures from the imports as they are."""
    return _then_imports(
        request,
        lambda _given: actions.publish(by=request.user),
        _("The figures are being computed and published."),
    )


def _then_imports(
    request: HttpRequest, act: Callable[[str], Any], said: str
) -> HttpResponse:
    require(request.user, "import")
    try:
        act(request.POST.get("snapshot", ""))
    except Refused as error:
        return _render(request, wrong=sentences(error), status=400)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("imports"))

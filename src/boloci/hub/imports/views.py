"""The pages of imports: what was brought, what waits for a decision, one upload, and
what taking an import back would take away."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from boloci import periods
from boloci.charts import Column, Table
from boloci.hub import downloads, showing
from boloci.hub.current import workspace
from boloci.hub.imports import actions, columns, told, words
from boloci.hub.imports.models import Publication, Upload
from boloci.hub.imports.published import published_snapshots
from boloci.hub.language import _
from boloci.hub.pages import Page
from boloci.hub.people.forms import version_of
from boloci.hub.rights import require
from boloci.hub.tongue import TONGUE
from boloci.lake import snapshots
from boloci.lake.snapshots import Snapshot
from boloci.problems import Refused
from boloci.telling import imported, losing

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
        made, already = actions.take_files(
            by=request.user,
            files=[(file.name or "", file) for file in files],
            replace=request.POST.get("replace") == "yes",
        )
    except Refused as error:
        if any(one.code == "upload_without_file" for one in error.problems):
            return _render(request, no_file=told.refusal(error), status=400)
        return _render(request, wrong=told.refusal(error), status=400)
    if already:
        messages.info(
            request,
            _("The same files wait already: this is what was understood of them."),
        )
    return HttpResponseRedirect(reverse("upload", args=[made.pk]))


def _render(
    request: HttpRequest,
    suffix: str | None = None,
    wrong: list[str] | None = None,
    no_file: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; `no_file`: why no file came, told beside the field."""
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
        "no_file": no_file or [],
        "recipes": columns.kept(),
        "waiting": Upload.objects.filter(state__in=Upload.WAITING),
        "states": words.states(),
        "publication": publication,
        "problems": told.sentences(publication.problems if publication else []),
        "unpublished": {one.id for one in known if one.live} != counted,
    }
    return render(request, page.template, context, status=status)


def _table(known: list[Snapshot], counted: set[str]) -> Table:
    going, coming = actions.being_undone(), actions.being_restored()
    rows = [
        {
            "id": one.id,
            "number": str(one.sequence),
            "received": one.received.date(),
            "by": one.by,
            "files": ", ".join(file.name for file in one.files),
            "rows": sum(sum(file.rows.values()) for file in one.files),
            "periods": _periods(one),
            "state": _state(one, counted, going, coming),
            "live": one.live,
            "moving": one.id in going | coming,
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


def _state(one: Snapshot, counted: set[str], going: set[str], coming: set[str]) -> str:
    """Where an import stands: only what the published build holds is in the figures."""
    if one.id in going:
        return _("being taken back")
    if one.id in coming:
        return _("being brought back")
    if one.live:
        return _("in the figures") if one.id in counted else _("not yet in the figures")
    told = _("was taken back by {name}")
    if one.id in counted:
        told = _("was taken back by {name}; the published figures still count it")
    return told.format(name=one.undone["by"])


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
        "state": words.states()[one.state],
        "report": one.report,
        "understood": [
            {
                **file,
                "kind": imported.kind(TONGUE, file["format"]),
                "held": imported.rows(TONGUE, file["rows"]),
            }
            for file in (one.report or {}).get("files", ())
        ],
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
        return _upload(request, found, words.why_not(found, error), 409)
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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest) -> HttpResponse:
    """Ask whether an import is to be taken back; once sure, take it back."""
    require(request.user, "import")
    if request.method != "POST" or request.POST.get("sure") != "yes":
        asked = request.POST if request.method == "POST" else request.GET
        return _ask(request, asked.get("snapshot", ""))
    given = request.POST.get("snapshot", "")
    try:
        actions.undo(by=request.user, snapshot_id=given)
    except actions.NoPlaceLeft:
        return _ask(request, given, 409)
    except Refused as error:
        return _render(request, wrong=told.refusal(error), status=400)
    messages.success(request, _("The import is being taken back; the figures follow."))
    return HttpResponseRedirect(reverse("imports"))


def _ask(request: HttpRequest, snapshot_id: str, status: int = 200) -> HttpResponse:
    """The page that says what goes, and asks."""
    try:
        known = actions.counted(snapshot_id)
    except Refused as error:
        return _render(request, wrong=told.refusal(error), status=400)
    loss = actions.loss_of(known)
    context = {
        "title": _("Take back import {number}").format(number=known.sequence),
        "one": known,
        "loss": loss,
        "warned": losing.warned(TONGUE, loss),
        "periods": _periods(known),
        "files": [
            {
                "name": file.name,
                "kind": imported.kind(TONGUE, file.format),
                "rows": imported.rows(TONGUE, file.rows),
            }
            for file in known.files
        ],
    }
    return render(request, "imports/undo.html", context, status=status)


@require_POST
def bring_back(request: HttpRequest) -> HttpResponse:
    """Have an undone import count again."""
    return _then_imports(
        request,
        lambda given: actions.bring_back(by=request.user, snapshot_id=given),
        _("The import is being brought back; the figures follow."),
    )


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
        return _render(request, wrong=told.refusal(error), status=400)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("imports"))

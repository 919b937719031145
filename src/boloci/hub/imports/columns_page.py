"""The page that asks which column is which, and keeps the answer as a recipe."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from boloci.hub.current import workspace
from boloci.hub.imports import actions, columns, told, words
from boloci.hub.imports.columns import Asked
from boloci.hub.imports.models import Upload
from boloci.hub.language import _
from boloci.hub.people.forms import version_of
from boloci.hub.rights import require
from boloci.problems import Refused, refuse
from boloci.tables import POPULATIONS

OPEN = ("understood", "refused")
ROWS_SEEN = 12


@never_cache
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a sheet, ask what its columns are, show what that gives; keep it."""
    require(request.user, "import")
    upload = Upload.objects.filter(pk=pk, state__in=OPEN).first()
    if upload is None or not columns.readable(pk):
        raise Http404
    given = {name: text[:300] for name, text in _given(request) if len(name) <= 300}
    try:
        one = columns.asked(pk, given)
    except Refused as error:
        return _stopped(request, upload, error)
    if request.method == "POST":
        return _keep(request, upload, one)
    return _render(request, upload, one)


def _given(request: HttpRequest) -> Any:
    sent = request.POST if request.method == "POST" else request.GET
    return list(sent.items())[:300]


def _keep(request: HttpRequest, upload: Upload, one: Asked) -> HttpResponse:
    try:
        if lacks := columns.lacks(one):
            raise refuse("columns_not_said", lacks=", ".join(lacks))
        actions.teach(
            by=request.user,
            upload=upload,
            version=version_of(request),
            recipe=one.recipe,
            replace=request.POST.get("replace") == "yes",
        )
    except Refused as error:
        upload.refresh_from_db()
        return _render(request, upload, one, words.why_not(upload, error), 409)
    messages.success(
        request,
        _("The recipe is kept. Files with these columns are read so from now on."),
    )
    return HttpResponseRedirect(reverse("upload", args=[upload.pk]))


def _render(
    request: HttpRequest,
    upload: Upload,
    one: Asked,
    wrong: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    lacks = columns.lacks(one)
    seen = range(min(len(one.told.roles), columns.MOST_COLUMNS))
    counted = workspace().catalogue.elements if one.told.table == "values" else {}
    context = {
        "title": _("Which column is which: {file}").format(file=one.files[one.file]),
        "upload": upload,
        "one": one,
        "seen": seen,
        "rows": range(min(len(one.sheet.cells), ROWS_SEEN)),
        "roles": columns.roles(),
        "heads": columns.heads(),
        "lacks": lacks,
        "preview": None if lacks else columns.preview(one, one.files[one.file]),
        "elements": counted,
        "populations": POPULATIONS,
        "fields": [
            (name, text)
            for name, text in _given(request)
            if name not in ("csrfmiddlewaretoken", "version", "name", "replace")
        ],
        "kept": columns.kept(),
        "wrong": wrong or [],
    }
    return render(request, "imports/columns.html", context, status=status)


def _stopped(request: HttpRequest, upload: Upload, error: Refused) -> HttpResponse:
    """The page of a file that no sheet can be shown of."""
    context = {
        "title": _("Which column is which"),
        "upload": upload,
        "one": None,
        "kept": columns.kept(),
        "wrong": told.refusal(error),
    }
    return render(request, "imports/columns.html", context, status=400)


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Remove a recipe."""
    require(request.user, "import")
    try:
        actions.forget(by=request.user, name=request.POST.get("name", "")[:100])
    except Refused as error:
        for sentence in told.refusal(error):
            messages.error(request, sentence)
    else:
        messages.success(request, _("The recipe is removed."))
    return HttpResponseRedirect(reverse("imports"))

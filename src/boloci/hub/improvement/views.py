"""Forms of improvement projects: adding, changing and taking away a record."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from boloci.hub import keeping
from boloci.hub.improvement import actions, forms, records, telling, words
from boloci.hub.improvement.models import OfProject, Project, Written
from boloci.hub.language import _
from boloci.hub.people.forms import sentences, version_of
from boloci.problems import Refused


@never_cache
@login_required
def add_project(request: HttpRequest) -> HttpResponse:
    """Begin a project."""
    if not records.may_write(request.user, "project", None):
        raise PermissionDenied("improve")
    return _edited(request, "project", None, Project())


@never_cache
@login_required
def change_project(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the project itself: its problem, its aim."""
    found = records.project(request.user, pk)
    _may(request, "project", found)
    return _edited(request, "project", found, found)


@never_cache
@login_required
def add(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Add a record to a project; `?place=` and others fill boxes beforehand."""
    found = records.project(request.user, pk)
    model = _model(what)
    if not _may_somewhere(request.user, what, found):
        raise PermissionDenied(what)
    return _edited(request, what, found, model(project=found))


@never_cache
@login_required
def change(request: HttpRequest, pk: int, what: str, number: int) -> HttpResponse:
    """Change a record of a project, or take it away."""
    found = records.project(request.user, pk)
    _model(what)
    record = records.of(found, what).filter(pk=number).first()
    if record is None:
        raise Http404
    _may(request, what, found, record.place_id)
    return _edited(request, what, found, record)


def _model(what: str) -> Any:
    model = records.KINDS.get(what)
    if model is None or not issubclass(model, OfProject):
        raise Http404
    return model


def _may(request: HttpRequest, what: str, found: Project, place_id: str = "") -> None:
    if not records.may_write(request.user, what, found, place_id):
        raise PermissionDenied(what)


def _may_somewhere(user: Any, what: str, found: Project) -> bool:
    """Whether a person may write a kind of record about the project or a site."""
    places = ("", *records.site_ids(found))
    return any(records.may_write(user, what, found, one) for one in places)


def _edited(
    request: HttpRequest, kind: str, found: Project | None, record: Written
) -> HttpResponse:
    """The form of a record: shown, or kept and back to the project."""
    new = record.pk is None
    if request.method == "POST" and request.POST.get("do") == "remove" and not new:
        return _removed(request, kind, found, record)
    given = request.POST if request.method == "POST" else None
    initial = {} if given else _beforehand(request, kind)
    kept_version = version_of(request) if given else record.version
    form = forms.form_of(kind)(
        given,
        instance=record,
        project=found,
        user=request.user,
        initial=initial if new else None,
    )
    if given is None:
        return _shown(request, kind, found, form, version=record.version)
    if not form.is_valid():
        return _shown(request, kind, found, form, version=kept_version, status=400)
    try:
        if new:
            kept = actions.add(by=request.user, record=form.instance)
        else:
            kept = actions.change(
                by=request.user, record=form.instance, version=kept_version
            )
    except Refused as error:
        return _conflict(request, kind, found, form, error)
    messages.success(request, _("Saved."))
    keeping.done(request, request.get_full_path())
    whole = actions.project_of(kept)
    return HttpResponseRedirect(f"/improvement/{whole.pk}#{telling.section(kind)}")


def _beforehand(request: HttpRequest, kind: str) -> Mapping[str, str]:
    """Boxes that a link fills: those of the form alone."""
    known = {*forms.form_of(kind).base_fields}
    return {name: value for name, value in request.GET.items() if name in known}


def _removed(
    request: HttpRequest, kind: str, found: Project | None, record: Written
) -> HttpResponse:
    whole = actions.project_of(record)
    try:
        actions.remove(by=request.user, record=record, version=version_of(request))
    except Refused as error:
        form = forms.form_of(kind)(instance=record, project=found, user=request.user)
        return _shown(
            request,
            kind,
            found,
            form,
            version=type(record)._default_manager.get(pk=record.pk).version,
            wrong=sentences(error),
            status=409,
        )
    messages.success(request, _("Taken away."))
    if record is whole:
        return HttpResponseRedirect("/improvement")
    return HttpResponseRedirect(f"/improvement/{whole.pk}#{telling.section(kind)}")


def _conflict(
    request: HttpRequest,
    kind: str,
    found: Project | None,
    form: forms.RecordForm,
    error: Refused,
) -> HttpResponse:
    """What somebody else kept meanwhile, above what was typed."""
    now = type(form.instance)._default_manager.get(pk=form.instance.pk)
    return _shown(
        request,
        kind,
        found,
        form,
        version=now.version,
        now=telling.fields(now),
        wrong=sentences(error),
        status=409,
    )


def _shown(
    request: HttpRequest,
    kind: str,
    found: Project | None,
    form: forms.RecordForm,
    *,
    version: int,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    new = form.instance.pk is None
    title = words.kinds()[kind]
    context = {
        "title": _("{kind}: add").format(kind=title) if new else title,
        "project": found,
        "form": form,
        "version": version,
        "address": request.path,
        "kept_as": request.get_full_path(),
        "kept_at": keeping.now(),
        "kept_done": keeping.done_at(request, request.get_full_path()),
        "removable": not new,
        "wrong": [],
        "now": [],
        **more,
    }
    return render(request, "improvement/record.html", context, status=status)

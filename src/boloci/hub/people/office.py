"""Users and roles: the administrator's pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from boloci.charts import Column, Table
from boloci.hub import controls, downloads
from boloci.hub.controls import Control, Controls
from boloci.hub.current import current
from boloci.hub.language import _
from boloci.hub.pages import Page
from boloci.hub.people import actions, lockout, passwords, second_step, words
from boloci.hub.people.forms import place_name, place_words, sentences, version_of
from boloci.hub.people.models import User
from boloci.hub.rights import require
from boloci.names import fold
from boloci.problems import Refused

FIELDS = ("username", "name", "role", "place_id", "language")


@never_cache
def people(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """Everybody who may sign in, or could."""
    require(request.user, "people")
    asked = _asked(request)
    page = Page(
        title=_("Users and roles"),
        template="people/people.html",
        tables=[_table(_found(request, asked))],
        controls=asked,
    )
    if suffix:
        return downloads.answer(request, page, suffix)
    context = {
        "title": page.title,
        "page": page,
        "controls": asked,
        "words": _words(request),
        "path": request.path,
        "query": request.META.get("QUERY_STRING", ""),
    }
    return render(request, page.template, context)


def _asked(request: HttpRequest) -> Controls:
    anyone = ("", _("all"))
    states = [
        ("open", _("open accounts")),
        ("closed", _("closed accounts")),
        ("all", _("all")),
    ]
    return controls.read(
        request.GET,
        Control("role", _("Role"), [anyone, *words.roles().items()], ""),
        Control("state", _("Account"), states, "open"),
        keep=("words",),
    )


def _found(request: HttpRequest, asked: Controls) -> list[User]:
    """Users in the order of their names; words look in names and user names."""
    users: QuerySet[User] = User.objects.order_by("name", "username")
    if asked["role"]:
        users = users.filter(role=asked["role"])
    if asked["state"] != "all":
        users = users.filter(is_active=asked["state"] == "open")
    wanted = [fold(word) for word in _words(request).split()]
    return [
        user
        for user in users  # few enough to fold here: databases differ in accents
        if all(word in fold(f"{user.name} {user.username}") for word in wanted)
    ]


def _words(request: HttpRequest) -> str:
    return request.GET.get("words", "")[: controls.LONGEST]


def _table(users: list[User]) -> Table:
    locked = lockout.locked(user.username for user in users)
    rows = [
        {
            "pk": user.pk,
            "name": user.name,
            "username": user.username,
            "role": words.role(user.role),
            "place": place_name(user.place_id) or _("the whole country"),
            "state": _state(user, user.username in locked),
            "last_login": user.last_login and user.last_login.date(),
        }
        for user in users
    ]
    columns = [
        Column("name", _("Name")),
        Column("username", _("User name")),
        Column("role", _("Role")),
        Column("place", _("Place")),
        Column("state", _("Account")),
        Column("last_login", _("Last sign-in"), "day"),
    ]
    return Table("people", _("Users and roles"), columns, rows)


def _state(user: User, locked: bool) -> str:
    if not user.is_active:
        return _("closed")
    if locked:
        return _("locked after wrong passwords")
    return _("demonstration") if user.is_demo else _("open")


@never_cache
@sensitive_post_parameters()
def add(request: HttpRequest) -> HttpResponse:
    """Add a person; the first password is made here and shown once."""
    require(request.user, "people")
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    wrong: list[str] = []
    if request.method == "POST":
        password = passwords.spoken()
        try:
            made = actions.make_user(
                by=request.user, password=password, must_change=True, **typed
            )
        except Refused as error:
            wrong = sentences(error)
        else:
            return _given(request, made, password)
    context = {
        "title": _("Add a person"),
        "typed": typed,
        "wrong": wrong,
        **_choices(),
    }
    status = 400 if wrong else 200
    return render(
        request, "people/person.html", {**context, "person": None}, status=status
    )


def _render(
    request: HttpRequest, person: User, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "title": person.name,
        "person": person,
        "typed": {
            **{name: getattr(person, name) for name in FIELDS},
            "place_id": place_words(person.place_id),
        },
        "kept": None,
        "wrong": [],
        "role": words.role(person.role),
        "place": place_name(person.place_id),
        "locked": bool(lockout.locked([person.username])),
        "second_step": second_step.on(person),
        **_choices(),
        **more,
    }
    return render(request, "people/person.html", context, status=status)


def _choices() -> dict[str, Any]:
    """What may be chosen: roles, and places offered while a name is typed."""
    try:
        places = [p for p in current().places if p.level in ("region", "district")]
    except Refused:
        places = []
    return {"roles": words.roles(), "places": places}


def _person(user_id: int) -> User:
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise Http404
    return found


@never_cache
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: see, change; what somebody else saved meanwhile is told."""
    require(request.user, "people")
    found = _person(user_id)
    if request.method != "POST":
        return _render(request, found)
    typed = {name: request.POST.get(name, "") for name in FIELDS if name != "username"}
    try:
        actions.change_user(
            by=request.user, user=found, version=version_of(request), **typed
        )
    except Refused as error:
        found.refresh_from_db()
        conflict = error.problems[0].code == "record_changed"
        return _render(
            request,
            found,
            409 if conflict else 400,
            wrong=sentences(error),
            typed={**typed, "username": found.username},
            kept=found if conflict else None,
        )
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("person", args=[found.pk]))


def _do(request: HttpRequest, user_id: int, act: Callable[[User], Any]) -> HttpResponse:
    """Do one thing to a person and come back to the person's page."""
    require(request.user, "people")
    found = _person(user_id)
    try:
        act(found)
    except Refused as error:
        found.refresh_from_db()
        return _render(request, found, 409, wrong=sentences(error))
    messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("person", args=[found.pk]))


@require_POST
def close(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close an account."""
    by, version = request.user, version_of(request)
    return _do(
        request,
        user_id,
        lambda user: actions.close_user(by=by, user=user, version=version),
    )


@require_POST
def reopen(request: HttpRequest, user_id: int) -> HttpResponse:
    """Open a closed account again."""
    by, version = request.user, version_of(request)
    return _do(
        request,
        user_id,
        lambda user: actions.reopen_user(by=by, user=user, version=version),
    )


@require_POST
def unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Forget wrong passwords."""
    by = request.user
    return _do(request, user_id, lambda user: actions.unlock_user(by=by, user=user))


@require_POST
def take_off_second_step(request: HttpRequest, user_id: int) -> HttpResponse:
    """For who lost the telephone."""
    by = request.user
    return _do(
        request, user_id, lambda user: actions.take_off_second_step(by=by, user=user)
    )


@never_cache
@require_POST
def give_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new password, shown once."""
    require(request.user, "people")
    found = _person(user_id)
    return _given(request, found, actions.reset_password(by=request.user, user=found))


def _given(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """The page that shows a password once."""
    context = {"title": user.name, "person": user, "password": password}
    return render(request, "people/given.html", context)

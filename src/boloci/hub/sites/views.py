"""The pages of groups, for who reads."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from boloci.hub import pages
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import may
from boloci.hub.sites import editing, listed
from boloci.hub.sites import one as told


def sites(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """Every group that the reader may know."""
    if may(request.user, "group"):
        return editing.listed(request, suffix)
    asked, scope = listed.asked(request), scope_of(request)
    return _of_today(request, lambda: listed.page(scope, asked), suffix)


def group(request: HttpRequest, group: str, suffix: str | None = None) -> HttpResponse:
    """One group, its members and their dates."""
    if may(request.user, "group"):
        return editing.one(request, group, suffix)
    scope = scope_of(request)
    return _of_today(request, lambda: told.page(scope, group), suffix)


def _of_today(
    request: HttpRequest, make: Callable[[], Page], suffix: str | None
) -> HttpResponse:
    """A page made anew each time: who is a member today changes without a build."""
    return pages.show(request, make, suffix=suffix, keep=False)

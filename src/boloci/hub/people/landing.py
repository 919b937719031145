"""The page that each role lands on."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse

from boloci.hub.people.models import User
from boloci.hub.rights import readable


def home(request: HttpRequest) -> HttpResponse:
    """Send a person to the page of the role; everybody else to the overview."""
    user = request.user
    return HttpResponseRedirect(landing(user) if user.is_authenticated else "/")


def landing(user: User) -> str:
    """The address where a role's work begins.

    Who answers for a place sees that place; the administrator sees what came in; the
    logistics officer what is doubtful about stocks; the others the overview.
    """
    if user.role == "administrator":
        return _page("imports") or "/"
    if user.role == "logistics":
        return _page("quality", "?topic=stock") or _own_place(user)
    if user.role == "analyst":
        return "/"
    return _own_place(user)


def _own_place(user: User) -> str:
    """The page of one's place; the overview where there is none, or none any more."""
    if user.place_id and user.place_id in readable(user).places:
        return f"/place/{quote(user.place_id)}"
    return "/"


def _page(name: str, query: str = "") -> str:
    """The address of a page by name; blank where this hub has no such page."""
    try:
        return reverse(name) + query
    except NoReverseMatch:
        return ""

"""The language of this browser."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from boloci.hub.language import COOKIE, KNOWN

YEAR = 365 * 24 * 3600


@csrf_exempt  # it changes a preference of this browser and nothing else
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember a language in this browser and go back to the page."""
    response = HttpResponseRedirect(back(request))
    wanted = request.POST.get("language", "")
    if wanted in KNOWN:
        response.set_cookie(COOKIE, wanted, max_age=YEAR, samesite="Lax", httponly=True)
    return response


def back(request: HttpRequest) -> str:
    """The page of this hub that a form was on."""
    wanted = request.POST.get("next", "/")
    return wanted if url_has_allowed_host_and_scheme(wanted, None) else "/"

"""One build a request: what a page reads in several steps is never of two builds."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from boloci.hub.current import workspace
from boloci.published import holding


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Read one build for the length of a request, whatever is published meanwhile."""

    def answer(request: HttpRequest) -> HttpResponse:
        with holding(workspace()):
            return get_response(request)

    return answer

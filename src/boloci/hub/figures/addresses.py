"""Addresses of the pages of figures."""

from django.http import HttpResponse
from django.urls import path

from boloci.hub.figures import overview
from boloci.hub.pages import route

addresses = [
    path(
        "alive",
        lambda _request: HttpResponse("boloci", content_type="text/plain"),
        name="alive",
    ),
    path("", overview.overview, name="overview"),
    route("overview", overview.overview, "overview_files"),
]

"""Addresses of the pages of figures."""

from django.http import HttpResponse
from django.urls import path, re_path

from boloci.hub.figures import (
    compare,
    equity,
    explain,
    imports_told,
    indicator,
    indicators,
    learning_hub,
    micro_plan,
    overview,
    place,
    quality,
    search,
    sources,
    zero_dose,
)
from boloci.hub.pages import route

addresses = [
    path(
        "alive",
        lambda _request: HttpResponse("boloci", content_type="text/plain"),
        name="alive",
    ),
    path("", overview.overview, name="overview"),
    re_path(r"^place/(?P<place_id>[^/]+)\.card\.png$", place.card, name="place_card"),
    route("place/(?P<place_id>[^/]+?)", place.place, "place"),
    route("overview", overview.overview, "overview_files"),
    route("indicators", indicators.indicators, "indicators"),
    route("indicator/(?P<name>[a-z0-9_]+)", indicator.indicator, "indicator"),
    route("search", search.search, "search"),
    route("compare", compare.compare, "compare"),
    route("equity", equity.equity, "equity"),
    route("zero-dose", zero_dose.zero_dose, "zero_dose"),
    route("micro-plan", micro_plan.micro_plan, "micro_plan"),
    route("learning-hub", learning_hub.learning_hub, "learning_hub"),
    route("explain", explain.explain, "explain"),
    route("quality", quality.quality, "quality"),
    route("sources", sources.sources, "sources"),
    route("sources/indicator/(?P<indicator>[a-z0-9_]+)", sources.indicator, "defined"),
    route("sources/rule/(?P<rule>[a-z0-9_]+)", sources.rule, "rule"),
    route("sources/profile/(?P<profile>[a-z0-9_]+)", sources.profile, "profile"),
    route("sources/imports", imports_told.imports, "imports_told"),
    re_path(
        r"^sources/build/(?P<build>[^/]+)\.json$",
        imports_told.manifest,
        name="manifest",
    ),
]

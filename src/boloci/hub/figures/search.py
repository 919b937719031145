"""Search: places and groups that the reader may see, and indicators."""

from django.http import HttpRequest, HttpResponse

from boloci.charts import Column, Table
from boloci.hub import links, pages, reading, searching, showing
from boloci.hub.controls import LONGEST
from boloci.hub.current import build_file, workspace
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import Scope
from boloci.published import PlaceRow


def search(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """What some words find."""
    scope = scope_of(request)
    words = request.GET.get("q", "")[:LONGEST].strip()
    return pages.show(request, lambda: page(scope, words), suffix=suffix)


def page(scope: Scope, words: str) -> Page:
    """Places and indicators by the words typed; nothing typed: how to search."""
    if not build_file():
        return Page(
            title=_("Search"), template="figures/empty.html", values={"short": False}
        )
    places = searching.places(scope, words)
    indicators = searching.indicators(words)
    rows = [
        *(_place(scope, one) for one in places.found),
        *(
            {
                "kind": _("indicator"),
                "id": one.indicator,
                "name": showing.words(one.name),
                "where": showing.words(one.why),
                "address": links.indicator(one.indicator),
            }
            for one in indicators.found
        ),
    ]
    return Page(
        title=_("Search: {words}").format(words=words) if words else _("Search"),
        template="figures/search.html",
        tables=[
            Table(
                name="found",
                title=_("What was found"),
                columns=[
                    Column("kind", _("What")),
                    Column("id", _("Identifier")),
                    Column("name", _("Name")),
                    Column("where", _("Where, or what it says")),
                ],
                rows=rows,
            )
        ],
        values={
            "words": words,
            "places": rows[: len(places.found)],
            "indicators": rows[len(places.found) :],
            "more": places.more,
            "closest": places.closest,
            "closest_indicators": indicators.closest,
            "top": reading.country(scope) if scope.places else None,
        },
    )


def _place(scope: Scope, one: PlaceRow) -> dict[str, str]:
    return {
        "kind": showing.level(one.level, workspace().levels),
        "id": one.place_id,
        "name": one.name,
        "where": " › ".join(above.name for above in reading.above(scope, one)),
        "address": links.place(one.place_id),
        "aliases": ", ".join(one.aliases),
    }

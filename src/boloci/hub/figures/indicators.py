"""All indicators by topic, each with its meaning in a line."""

from django.http import HttpRequest, HttpResponse

from boloci.charts import Column, Table
from boloci.hub import pages, searching, showing
from boloci.hub.controls import LONGEST
from boloci.hub.current import build_file, workspace
from boloci.hub.figures.topics import topic_name, topic_of, topics
from boloci.hub.language import _
from boloci.hub.pages import Page


def indicators(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """The list of indicators, all of them or those that some words find."""
    words = request.GET.get("q", "")[:LONGEST].strip()
    return pages.show(request, lambda: page(words), suffix=suffix)


def page(words: str) -> Page:
    """Indicators of the build that hold some words in their names; all for none."""
    if not build_file():
        return Page(
            title=_("Indicators"),
            template="figures/empty.html",
            values={"short": False},
        )
    known = workspace().catalogue.indicators
    hits = searching.indicators(words, most=len(known)) if words else None
    shown = topics(None if hits is None else [one.indicator for one in hits.found])
    entries = [entry for topic in shown for entry in topic.entries]
    names = [code for entry in entries for code, _dose in entry.members]
    return Page(
        title=_("Indicators"),
        template="figures/indicators.html",
        tables=[_table(names)],
        values={
            "topics": shown,
            "words": words,
            "count": len(names),
            "closest": hits is not None and hits.closest,
        },
        description=_("Every indicator by topic, with what it says."),
    )


def _table(names: list[str]) -> Table:
    known = workspace().catalogue.indicators
    return Table(
        name="indicators",
        title=_("Indicators"),
        columns=[
            Column("indicator", _("Code")),
            Column("name", _("Indicator")),
            Column("topic", _("Topic")),
            Column("unit", _("Unit")),
            Column("why", _("What it says")),
        ],
        rows=[
            {
                "indicator": name,
                "name": showing.words(known[name].name),
                "topic": topic_name(topic_of(known[name])),
                "unit": known[name].unit,
                "why": showing.words(known[name].why),
            }
            for name in names
        ],
    )

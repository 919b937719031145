"""What the Learning Hub page shows, as the URL chooses it: groups and quarters.

The seed's groups and quarters are the defaults where the workspace has them; else its
own programmes and studies, and its latest quarters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from boloci import group_kinds
from boloci.hub import controls, reading, showing
from boloci.hub.controls import Control, Controls
from boloci.hub.current import current, workspace
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.published import PlaceRow

NONE = "none"
PROGRAMME, STUDY, SITES = "gavi_44", "learning_hub", "learning_hub_trends"
"""Groups of the seed's figures, by id."""
LEVELS_SHOWN = ("2019Q4", "2024Q1")
SITES_SHOWN = ("2022Q4", "2024Q1")
"""Quarters of the seed's figures."""
LATEST = {"levels": 18, "sites": 6}
"""Quarters shown where the data do not reach back to the seed's."""
MOST_SITES = 12
"""Places that can be told apart beside each other."""
KINDS = ("programme", "study", "project")


@dataclass(frozen=True)
class Chosen:
    """What is shown: groups beside the country, sites, and the quarters of each."""

    controls: Controls
    groups: Sequence[PlaceRow]
    sites: PlaceRow | None
    quarters: Sequence[str]
    site_quarters: Sequence[str]


def read(query: Mapping[str, str], scope: Scope, quarters: Sequence[str]) -> Chosen:
    """What the URL chooses. Raises `Refused` for what is not among the choices."""
    groups = _groups(scope)
    small = {
        one: place
        for one, place in groups.items()
        if 0 < len(reading.members(scope, place)) <= MOST_SITES
    }
    asked = controls.read(
        query,
        _group("group", _("Compared with"), groups, [PROGRAMME], 0),
        _group("second", _("and with"), groups, [STUDY], 1),
        *_span("", _("From"), _("to"), quarters, LEVELS_SHOWN, LATEST["levels"]),
        _group("sites", _("Places of the study"), small, [SITES], 0),
        *_span(
            "sites_",
            _("Study: from"),
            _("study: to"),
            quarters,
            SITES_SHOWN,
            LATEST["sites"],
        ),
    )
    both = dict.fromkeys((asked["group"], asked["second"]))
    return Chosen(
        controls=asked,
        groups=[groups[one] for one in both if one in groups],
        sites=small.get(asked["sites"]),
        quarters=_between(quarters, asked["from"], asked["to"]),
        site_quarters=_between(quarters, asked["sites_from"], asked["sites_to"]),
    )


def _groups(scope: Scope) -> dict[str, PlaceRow]:
    """Readable groups with members that are no map: programmes, studies, projects."""
    kinds = group_kinds.kinds(workspace())
    return {
        place.place_id: place
        for place in scope.keep(current().places)
        if place.level == "group"
        and kinds.get(place.place_id) in KINDS
        and reading.members(scope, place)
    }


def _group(
    name: str,
    label: str,
    groups: Mapping[str, PlaceRow],
    wanted: Sequence[str],
    else_at: int,
) -> Control:
    """A choice among groups: those wanted where they are, else one by its position."""
    options = [(one, place.name) for one, place in groups.items()]
    usual = [one for one in wanted if one in groups]
    others = [one for one in groups if one not in (PROGRAMME, STUDY, SITES)]
    default = [*usual, *others[else_at : else_at + 1], NONE][0]
    return Control(name, label, [*options, (NONE, _("no group"))], default)


def _span(
    prefix: str,
    first: str,
    last: str,
    quarters: Sequence[str],
    wanted: tuple[str, str],
    latest: int,
) -> list[Control]:
    """The first and the last quarter shown."""
    options = [(one, showing.period(one)) for one in quarters]
    whole = all(one in quarters for one in wanted)
    start, end = wanted if whole else (quarters[-latest:][0], quarters[-1])
    return [
        Control(f"{prefix}from", first, options, start),
        Control(f"{prefix}to", last, options, end),
    ]


def _between(quarters: Sequence[str], one: str, other: str) -> list[str]:
    """Quarters from one to the other, whichever comes first."""
    first, last = sorted((one, other))
    return [quarter for quarter in quarters if first <= quarter <= last]

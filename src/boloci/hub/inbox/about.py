"""What comments and actions are about: checked when written, told when shown.

A subject is written `kind:key`; the place stands beside it.

place       key: the place's id
indicator   key: its name
chart       key: `place/CHART` or `indicator/NAME/CHART`
finding     key: rule, period, element, indicator and sex, joined by `|`

Other rooms add kinds of their own to `KINDS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.http import Http404

from boloci.hub import links, reading, showing
from boloci.hub.current import build_file, current, workspace
from boloci.hub.figures.doubt import ELSEWHERE
from boloci.hub.language import _, spoken
from boloci.hub.people.forms import place_name
from boloci.hub.rights import Scope
from boloci.published import PlaceRow
from boloci.tables import finding_of
from boloci.wording import finding_sentence

KEY = ("rule", "period_start", "element", "indicator", "sex")
"""What tells a finding of a place from its others, the same in every build."""
PLACE_CHARTS = ("trend", "monitoring")
INDICATOR_CHARTS = ("ranking", "map", "panels")


@dataclass(frozen=True)
class Kind:
    """Records of another room that comments and actions can be about, by their key."""

    exists: Callable[[str, str], bool]
    """Whether there is one with a key at a place, by its id."""
    told: Callable[[str], str]
    address: Callable[[str], str]


KINDS: dict[str, Kind] = {}


def checked(scope: Scope, subject: str, place_id: str) -> tuple[str, str, PlaceRow]:
    """Kind, key and place of a subject that a form named.

    Raises `Http404` where it does not exist or may not be seen.
    """
    here = reading.place(scope, place_id)
    kind, _colon, key = subject.partition(":")
    if not _exists(scope, kind, key, here):
        raise Http404
    return kind, key, here


def _exists(scope: Scope, kind: str, key: str, here: PlaceRow) -> bool:
    if kind in KINDS:
        return KINDS[kind].exists(key, here.place_id)
    if kind == "place":
        return key == here.place_id
    if kind == "indicator":
        return key in current().indicators
    if kind == "chart":
        return key in _charts(key.split("/")[1] if key.count("/") == 2 else "")
    return kind == "finding" and key in sentences(scope, here.place_id)


def _charts(indicator: str) -> list[str]:
    """Keys of the charts of an indicator's page; without one, of a place's."""
    if not indicator:
        return [f"place/{name}" for name in PLACE_CHARTS]
    known = indicator in current().indicators
    return [f"indicator/{indicator}/{name}" for name in INDICATOR_CHARTS if known]


def of_place(scope: Scope, here: PlaceRow) -> list[tuple[str, str]]:
    """What can be written about on a place's page: (subject, what readers see)."""
    found = sentences(scope, here.place_id)
    return [
        (f"place:{here.place_id}", here.name),
        *((f"chart:{key}", chart(key)) for key in _charts("")),
        *((f"finding:{key}", told) for key, told in found.items()),
    ]


def of_indicator(name: str) -> list[tuple[str, str]]:
    """What can be written about on an indicator's page."""
    return [
        (f"indicator:{name}", indicator(name)),
        *((f"chart:{key}", chart(key)) for key in _charts(name)),
    ]


def told(scope: Scope, kind: str, key: str, place_id: str) -> str:
    """What readers call a subject."""
    if kind in KINDS:
        return KINDS[kind].told(key)
    if kind == "indicator":
        return indicator(key)
    if kind == "chart":
        return chart(key)
    if kind == "finding":
        found = sentences(scope, place_id)
        return found.get(key) or _("A finding that today's figures no longer hold")
    return place_name(place_id)


def address(kind: str, key: str, place_id: str) -> str:
    """The page where a subject is shown."""
    if kind in KINDS:
        return KINDS[kind].address(key)
    name = key.split("/")[1] if kind == "chart" and key.count("/") == 2 else key
    at = key.rsplit("/", 1)[-1]
    if kind == "indicator" or name != key:
        chosen = f"?inside={quote(place_id, safe='')}"
        return links.indicator(name) + chosen + (f"#{at}" if kind == "chart" else "")
    return links.place(place_id) + (f"#{at}" if kind == "chart" else "")


def indicator(name: str) -> str:
    """What readers call an indicator; its name where the catalogue has it no more."""
    known = workspace().catalogue.indicators.get(name)
    return showing.words(known.name) if known else name


def chart(key: str) -> str:
    """What readers call a chart."""
    name = key.rsplit("/", 1)[-1]
    known = {
        "trend": _("Chart: over time"),
        "monitoring": _("Chart: doses added up over the year"),
        "ranking": _("Chart: places in order"),
        "map": _("Map"),
        "panels": _("Chart: over time, place by place"),
    }
    return known.get(name, name)


def finding_key(row: Mapping[str, Any]) -> str:
    """The key of a finding, from a row of `tables.FINDINGS`."""
    return "|".join(row[name] or "" for name in KEY)


def sentences(scope: Scope, place_id: str) -> dict[str, str]:
    """Findings of a place in words, by key, the gravest first."""
    return _sentences(build_file(), scope, place_id, spoken())


@lru_cache(maxsize=256)
def _sentences(
    build: str, scope: Scope, place_id: str, language: str
) -> dict[str, str]:
    if place_id not in scope.places:
        return {}
    catalogue = workspace().catalogue
    return {
        finding_key(row): finding_sentence(finding_of(row), catalogue, language)[0]
        for row in reading.findings(scope, place=place_id).to_pylist()
        if row["rule"] not in ELSEWHERE
    }

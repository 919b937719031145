"""Which places a page compares: those of a level inside a place or a group."""

from collections import Counter

from boloci.hub import reading, showing
from boloci.hub.controls import Control
from boloci.hub.current import current, workspace
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.places_asked import inside
from boloci.published import PlaceRow
from boloci.tables import LEVELS

GROUP = "group"
USUAL = "district"


def levels(scope: Scope, *, groups: bool = True) -> list[str]:
    """Levels of which a scope sees places, highest first, groups last."""
    seen = Counter(one.level for one in scope.keep(current().places))
    shown = [*LEVELS[1:], *([GROUP] if groups else [])]
    return [level for level in shown if seen[level]]


def level_control(scope: Scope, *, groups: bool = True, usual: str = USUAL) -> Control:
    """The level of the places compared."""
    known = levels(scope, groups=groups) or [USUAL]
    options = [(one, showing.level(one, workspace().levels)) for one in known]
    return Control("level", _("Places"), options, usual if usual in known else known[0])


def inside_control(scope: Scope, label: str = "") -> Control:
    """Inside which place or group; the highest place that the scope sees first."""
    top = reading.country(scope)
    seen = scope.keep(current().places)
    own = [one for one in seen if scope.own and one.place_id == scope.own]
    listed = [one for one in seen if one.level in ("region", USUAL, GROUP)]
    options = {one.place_id: one for one in (top, *own, *listed)}
    return Control(
        "inside",
        label or _("Inside"),
        [(place_id, _labelled(one)) for place_id, one in options.items()],
        top.place_id,
    )


def members(scope: Scope, here: PlaceRow, level: str) -> list[PlaceRow]:
    """Readable places of a level inside a place or a group."""
    if level == GROUP:
        return [one for one in scope.keep(current().places) if one.level == GROUP]
    if here.level != GROUP:
        return reading.below(scope, here, level)
    direct = [one for one in reading.members(scope, here) if one.level == level]
    return direct or scope.keep(inside(current(), here, level))


def _labelled(one: PlaceRow) -> str:
    if one.level in ("country", GROUP):
        return one.name
    return f"{one.name} ({showing.level(one.level, workspace().levels)})"

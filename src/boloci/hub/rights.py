"""Who may see what.

Country to district: every signed-in user, and everyone where the workspace is public.
Health areas and facilities, their findings and people's records: one's own place and
all below it. A group: whoever may see all its members; a group that the workspace
lists as public, and its members, everyone who may see anything.

`readable(user)` gives a `Scope`; every read of facts takes one. `WRITES` says which
role may write what; every action asks `require(by, what, place_id)` first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import PermissionDenied

from boloci.hub.current import current, open_groups, workspace
from boloci.problems import Refused
from boloci.published import PlaceRow, Published
from boloci.tables import LEVELS

PUBLIC_EVENTS = ("campaign", "stock_out", "sessions_cancelled")
"""Kinds of events that are shown without a sign-in; the others can endanger people."""
OPEN_LEVELS = LEVELS[: LEVELS.index("district") + 1]
"""Country to district."""

_FIELD = ("vaccinator", "district_manager", "coach", "logistics")
_OFFICE = ("analyst", "administrator")
WRITES: dict[str, tuple[str, ...]] = {
    "comment": (*_FIELD, *_OFFICE),
    "act": (*_FIELD, *_OFFICE),
    "type_month": ("vaccinator", "district_manager", *_OFFICE),
    "propose_correction": (*_FIELD, *_OFFICE),
    "decide_correction": _OFFICE,
    "import": _OFFICE,
    "group": _OFFICE,
    "open_group": ("administrator",),
    "improve": ("district_manager", "coach", *_OFFICE),
    "team": ("vaccinator", "district_manager", "coach", *_OFFICE),
    "people": ("administrator",),
    "audit": ("administrator",),
}
"""What -> roles that may write it, each inside the own place. A viewer reads.

comment             a remark on a chart or finding
act                 an action with owner and due date, and its status
type_month          the typing grid of one month
propose_correction  a correction for somebody else to decide
decide_correction   accept or reject a correction
import              read files, publish, undo
group               sites and groups, their members and dates
open_group          whether everyone sees a group with all its places
improve             improvement projects: aim, measures, sites, coaching, sessions
team                what the team of a site writes: its month, its tests of change
people              users, roles, places, passwords
audit               reading who wrote what
"""


@dataclass(frozen=True)
class Scope:
    """What one reader may see. Equal scopes see the same: safe as a cache key."""

    signed_in: bool = False
    everywhere: bool = False
    """All places, whatever their level."""
    own: str = ""
    """Id of the reader's own place; all below it is readable."""
    open_levels: bool = False
    """Country to district."""
    open_groups: tuple[str, ...] = ()
    """Groups that are shown with all their places to everyone who sees anything."""

    def sees(self, place: PlaceRow) -> bool:
        """Whether figures of this place may be shown."""
        return place.place_id in self.places

    @property
    def places(self) -> frozenset[str]:
        """Ids of every readable place of the current build; none before the first."""
        try:
            return _places(self, current())
        except Refused:
            return frozenset()

    def keep(self, places: Iterable[PlaceRow]) -> list[PlaceRow]:
        """Those that may be shown, in the same order."""
        readable = self.places
        return [place for place in places if place.place_id in readable]


EVERYTHING = Scope(signed_in=True, everywhere=True, open_levels=True)
"""What the publishing job and the command line see."""


def readable(user: Any) -> Scope:
    """What a user may see; anonymous users too."""
    if user is None or not user.is_authenticated:
        return public()
    return Scope(
        signed_in=True,
        everywhere=user.sees_everything,
        own="" if user.sees_everything else user.place_id,
        open_levels=True,
        open_groups=() if user.sees_everything else open_groups(),
    )


def public() -> Scope:
    """What everyone may see."""
    if not workspace().public:
        return Scope()
    return Scope(open_levels=True, open_groups=open_groups())


def may(user: Any, what: str, place_id: str | None = None) -> bool:
    """Whether a user may write `what` (see `WRITES`) about a place.

    place_id    the place; blank: the whole country; None: any place at all, which is
                what a page asks before it shows a button. A name instead of a user is
                the command line or a job: both are the administrator's.
    """
    if isinstance(user, str):
        return True
    if user is None or not user.is_authenticated or user.role not in WRITES[what]:
        return False
    if place_id is None or user.sees_everything:
        return True
    place = current().by_id.get(place_id)
    return place is not None and _inside(place, user.place_id)


def require(by: Any, what: str, place_id: str | None = None) -> None:
    """Raises `PermissionDenied` (403) where `by` may not write `what` there."""
    if not may(by, what, place_id):
        raise PermissionDenied(what)


@lru_cache(maxsize=256)
def _places(scope: Scope, source: Published) -> frozenset[str]:
    """Ids of the places of a build that a scope may see."""
    if scope.everywhere:
        return frozenset(place.place_id for place in source.places)
    found = {
        place.place_id
        for place in source.places
        if (scope.open_levels and place.level in OPEN_LEVELS)
        or (scope.own and _inside(place, scope.own))
    }
    members = group_members(source)
    whole = groups_of_whole_districts(source) if scope.open_levels else frozenset()
    for group, inside in members.items():
        opened = scope.open_levels and group in scope.open_groups
        if opened:
            found |= inside
        if opened or group in whole or (inside and inside <= found):
            found.add(group)
    return frozenset(found)


def _inside(place: PlaceRow, own: str) -> bool:
    return own in place.path.split("/")


@lru_cache(maxsize=8)
def group_members(source: Published) -> dict[str, frozenset[str]]:
    """Ids of the reporting units that ever belonged to each group, by its id."""
    found: dict[str, set[str]] = {}
    for group, unit in source.rows(
        "SELECT DISTINCT g.place_id, u.place_id FROM membership m"
        " JOIN place g ON g.place_key = m.place AND g.level = 'group'"
        " JOIN place u ON u.place_key = m.unit AND u.level <> 'group'"
    ):
        found.setdefault(group, set()).add(unit)
    return {group: frozenset(units) for group, units in found.items()}


@lru_cache(maxsize=8)
def groups_of_whole_districts(source: Published) -> frozenset[str]:
    """Groups whose sums tell nothing that their districts' figures do not tell.

    Such a group holds every unit of each district that it touches.
    """
    districts = {p.place_id for p in source.places if p.level == "district"}
    units = {unit for (unit,) in source.rows(_UNITS)}
    within: dict[str, set[str]] = {}
    district_of: dict[str, str] = {}
    for unit in units:
        above = districts.intersection(source.by_id[unit].path.split("/"))
        for district in above:
            within.setdefault(district, set()).add(unit)
            district_of[unit] = district
    return frozenset(
        group
        for group, members in group_members(source).items()
        if all(unit in district_of for unit in members)
        and all(
            within[district] <= members
            for district in {district_of[unit] for unit in members}
        )
    )


_UNITS = """
SELECT DISTINCT p.place_id FROM membership m JOIN place p ON p.place_key = m.unit
WHERE p.level NOT IN ('country', 'region', 'group')
"""

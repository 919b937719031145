"""The estimate on the page of zero-dose children: of a place and of those inside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from boloci.charts import Chart, Table
from boloci.hub import links
from boloci.hub.controls import Control, Controls
from boloci.hub.figures import (
    choice,
    estimated,
    estimated_charts,
    estimated_tables,
    what_moved,
)
from boloci.hub.figures import estimated_words as words
from boloci.hub.figures import zero_dose_tables as ranges
from boloci.hub.figures.estimated import CHILDREN, GAP, SHARE, Fit
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.hub.shapes import shapes
from boloci.hub.withheld import without_points
from boloci.published import PlaceRow

THRESHOLDS = (5, 10, 20, 30, 50)
"""Percent of children without a dose that a reader can ask about."""
USUAL_THRESHOLD = 20
DOUBTS = (estimated.OVER_REPORTING, estimated.TARGET_BIAS)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Estimate:
    """What the page shows of the estimate."""

    fit: Fit
    headline: str = ""
    """Blank where the place has no estimate: `missing` says why."""
    explain: str = ""
    missing: str = ""
    sentences: Sequence[str] = ()
    """The share, the usual figure beside it, why that differs."""
    places: Table | None = None
    chances: Table | None = None
    moved: Table | None = None
    what_moved: str = ""
    sensitivity: Table | None = None
    charts: Sequence[Chart] = ()
    sexes: Sequence[Mapping[str, Any]] = field(default_factory=list)
    gaps: Table | None = None

    @property
    def tables(self) -> list[Table]:
        """Its tables that have a row."""
        found = (self.places, self.chances, self.moved, self.sensitivity, self.gaps)
        return [one for one in found if one]

    @property
    def map_width(self) -> int:
        """How wide its two maps stand beside each other."""
        return estimated_charts.map_width(self.places) if self.places else 0

    @property
    def stale(self) -> str:
        """What is to be done where data came since; blank where none did."""
        return words.stale(self.fit)

    @property
    def rests_on(self) -> list[str]:
        """What it is made from."""
        return words.rests_on(self.fit)

    @property
    def unknowable(self) -> list[str]:
        """What it cannot tell."""
        return words.unknowable()


def controls() -> list[Control]:
    """What a reader can choose of the estimate, beside place, level and period."""
    return [
        choice.sex_control(),
        Control(
            "by",
            _("Compared by"),
            [(CHILDREN, _("number of children")), (SHARE, _("share of children"))],
            CHILDREN,
        ),
        Control(
            "threshold",
            _("Chance to pass"),
            [(str(one), words.percent(one)) for one in THRESHOLDS],
            str(USUAL_THRESHOLD),
        ),
    ]


def estimate(
    scope: Scope, here: PlaceRow, members: Sequence[PlaceRow], asked: Controls
) -> Estimate | None:
    """The estimate for what was asked; None where the build has none."""
    fit = estimated.fit()
    if fit is None:
        return None
    period, sex = asked["period"], asked["sex"]
    hidden = without_points(scope)  # in public a sensitive place is not named
    members = [one for one in members if one.place_id not in hidden]
    ids = [here.place_id, *(one.place_id for one in members)]
    shares = estimated.shares(scope, ids, period, sex)
    found = estimated.facts(scope, [CHILDREN, *DOUBTS], ids[:1], period, "total")
    doubts = {name: row for (name, _id), row in found.items() if name in DOUBTS}
    children = _by_place(estimated.facts(scope, [CHILDREN], ids, period, sex))
    usual = estimated.usual(scope, [CHILDREN, SHARE], ids, period, sex)
    own, reported = children.get(here.place_id), usual.get((CHILDREN, here.place_id))
    places = estimated_tables.places_table(
        members,
        children if asked["by"] == CHILDREN else shares,
        {place: row for (name, place), row in usual.items() if name == asked["by"]},
        indicator=asked["by"],
        period=period,
    )
    known = own is not None and own["value"] is not None
    steps = estimated.moved(scope, here, period)
    pulls = estimated.pulls(scope, here, period)
    told = [
        words.share(shares.get(here.place_id), sex),
        words.beside(own, reported, ranges.why(reported)) if own and known else "",
        *(words.differences(doubts) if known else ()),
    ]
    return Estimate(
        fit,
        headline=words.headline(own, sex) if own and known else "",
        explain=links.explain(own) if own and known else "",
        missing=""
        if known
        else words.missing(here.name, period, own, in_part=_in_part(places)),
        sentences=[one for one in told if one],
        places=places,
        chances=_chances(scope, members, asked),
        moved=what_moved.table(steps, pulls, here.name, period),
        what_moved=what_moved.sentence(steps, pulls),
        sensitivity=estimated_tables.sensitivity_table(
            estimated.sensitivity(scope, here, period, CHILDREN), period
        ),
        charts=_charts(scope, members, places),
        sexes=_sexes(scope, here, period),
        gaps=_gaps(scope, here, period),
    )


def _in_part(places: Table) -> bool:
    """Whether some of the places inside were estimated."""
    return any(row["value"] is not None for row in places.rows)


def _by_place(found: Mapping[tuple[str, str], Row]) -> dict[str, Row]:
    return {place_id: row for (_name, place_id), row in found.items()}


def _chances(scope: Scope, members: Sequence[PlaceRow], asked: Controls) -> Table:
    period = asked["period"]
    return estimated_tables.chances_table(
        members,
        estimated.spread(scope, SHARE, period),
        estimated.worst(scope, period),
        threshold=float(asked["threshold"]),
        period=period,
    )


def _charts(scope: Scope, members: Sequence[PlaceRow], places: Table) -> list[Chart]:
    if not any(row["value"] is not None for row in places.rows):
        return []
    where = shapes(scope, members)
    return [
        estimated_charts.value_map(places, where),
        estimated_charts.width_map(places, where),
        estimated_charts.bands_chart(places),
    ]


def _sexes(scope: Scope, here: PlaceRow, period: str) -> list[dict[str, Any]]:
    """Girls and boys of a place: share and number without a dose."""
    ids = [here.place_id]
    shares, children = {}, {}
    for sex in ("female", "male"):
        shares[sex] = estimated.shares(scope, ids, period, sex).get(here.place_id)
        found = estimated.facts(scope, [CHILDREN], ids, period, sex)
        children[sex] = found.get((CHILDREN, here.place_id))
    return estimated_tables.sexes_rows(shares, children)


def _gaps(scope: Scope, here: PlaceRow, period: str) -> Table:
    """The gap as reported and as estimated."""
    both = [
        found(scope, [GAP], [here.place_id], period, "total").get((GAP, here.place_id))
        for found in (estimated.usual, estimated.facts)
    ]
    return estimated_tables.gaps_table(*both)


def how_to_get_one() -> list[str]:
    """What is missing, and how to get it, where a build has no estimate."""
    told = [
        _(
            "No estimate was made of these figures yet. Whoever looks after the figures"
            " makes it with one command: boloci estimate. It needs no more than what is"
            " installed."
        )
    ]
    if not estimated.has_reference():
        told.append(
            _(
                "The slow reference fit, which checks the estimate of a region, needs"
                " an extra that is not installed here: pip install 'boloci[estimate]'."
            )
        )
    return told

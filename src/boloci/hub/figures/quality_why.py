"""Why a place's coverage is above 100 %, vaccine by vaccine, on the page of quality."""

from collections.abc import Sequence
from dataclasses import dataclass

from boloci import periods
from boloci.hub import links, reading, showing, tracing
from boloci.hub.current import current
from boloci.hub.figures import choice
from boloci.hub.figures.why_above import Cause, causes
from boloci.hub.rights import Scope
from boloci.published import PlaceRow

COVERAGES = ("bcg_coverage", "dtp1_coverage", "dtp3_coverage", "mcv1_coverage")


@dataclass(frozen=True)
class Why:
    """One coverage above 100 % with its causes."""

    name: str
    value: str
    period: str
    explain: str
    causes: Sequence[Cause]


def why(scope: Scope, here: PlaceRow, period: str) -> list[Why]:
    """Coverages of a place above 100 % in a period, else in the latest whole year."""
    years = reading.whole_periods(scope, periods.YEAR)
    shown = period or (years[-1] if years else "")
    names = [name for name in COVERAGES if name in current().indicators]
    if not shown or not names:
        return []
    found = reading.facts(
        scope,
        indicator=names,
        place=here.place_id,
        period=shown,
        sex="total",
        method="reported",
        denominator="target",
    ).to_pylist()
    return [
        Why(
            name=choice.indicator(fact["indicator"]),
            value=showing.figure(fact["value"], fact["unit"]),
            period=showing.period(fact["period"]),
            explain=links.explain(fact),
            causes=causes(tracing.causes(scope, fact)),
        )
        for fact in found
        if fact["value"] is not None and fact["value"] > 100
    ]

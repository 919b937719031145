"""Reports of months in which their place was not open: told, as no sum holds them."""

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.places.dated import BEGINNING, END
from boloci.places.tree import Place, Tree
from boloci.tables import Finding

EACH_UP_TO = 10
"""Up to this many places are told one by one; above, once for all."""
EXAMPLES = 5
"""Places named in a finding about many."""

Months = tuple[int, int]


def reported_while_closed(tree: Tree, reported: pa.Table) -> list[Finding]:
    """Findings for values that lie outside the months in which their place is open.

    `reported`: `place_key`, `period` (any period code) and `rows`, one row a place
    and period. A period counts as open if one of its months is. These values are
    kept in the snapshot but enter no sum: a person corrects the dates or the data.
    """
    limited = {
        place.key: stretches
        for place in tree.places
        if (stretches := _open(tree, place)) != [(BEGINNING, END)]
    }
    keys = pa.array(list(limited), reported["place_key"].type)
    doubtful = reported.filter(pc.is_in(reported["place_key"], value_set=keys))
    outside: dict[int, dict[int, int]] = {}
    for row in doubtful.select(["place_key", "period", "rows"]).to_pylist():
        if not _meets(limited[row["place_key"]], row["period"]):
            of_place = outside.setdefault(row["place_key"], {})
            of_place[row["period"]] = of_place.get(row["period"], 0) + row["rows"]
    return list(_told(tree, outside))


def _open(tree: Tree, place: Place) -> list[Months]:
    """Months in which a place is open, as counted months; a group always is."""
    history = tree.histories.get(place.id)
    if history is None:
        return [(BEGINNING, END)]
    joined: list[Months] = []
    for spell in history.spells:
        if joined and spell.first == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], spell.last)
        else:
            joined.append((spell.first, spell.last))
    return joined


def _meets(stretches: Iterable[Months], period: int) -> bool:
    span = periods.span(period)
    first, last = periods.serial(span.first), periods.serial(span.last)
    return any(begin <= last and first <= end for begin, end in stretches)


def _told(tree: Tree, outside: Mapping[int, Mapping[int, int]]) -> Iterable[Finding]:
    keys = sorted(outside, key=lambda key: (-sum(outside[key].values()), key))
    each = len(keys) <= EACH_UP_TO
    for batch in [[key] for key in keys] if each else [keys]:
        told = sorted({period for key in batch for period in outside[key]})
        names = [tree.places[key].name for key in batch]
        count = sum(sum(outside[key].values()) for key in batch)
        first, last = periods.text(told[0]), periods.text(told[-1])
        yield Finding(
            "reported_while_closed",
            place_id=tree.places[batch[0]].id if len(batch) == 1 else "",
            period_start=first,
            period_end=last,
            value=float(count),
            params={
                "count": count,
                "places": ", ".join(names[:EXAMPLES])
                + (", …" if len(names) > EXAMPLES else ""),
                "first": first,
                "last": last,
            },
        )

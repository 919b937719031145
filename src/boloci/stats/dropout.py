"""Children who began a series and did not finish it; and ratios of two counts.

Source: WHO, Immunization in practice, module 7.
"""

import narwhals as nw

from boloci.stats.sums import PERIOD_KINDS, containing
from boloci.stats.vocabulary import (
    BOTH,
    DECIDED,
    FEMALE,
    MALE,
    Frame,
    among,
    concat,
    facts,
    flag,
    percent,
    ratio,
)

_COUNTS = ("total", "female", "male", "expected", "received")
_COLUMNS = {BOTH: "total", FEMALE: "female", MALE: "male"}
_FLAGS = ("partial", "age_unknown", "to_date")


def pair(counts: Frame, *, first: int, last: int, complete_from: float) -> Frame:
    """Two elements of one place and period side by side: `first_*` and `last_*`.

    Reports expected and received are those of the first dose; `flags` hold either's.
    Columns `adjusted` (0/1) and `pair` of scenarios go with them.
    """
    flagged = (*_FLAGS, *among(counts, *DECIDED))
    key = ["place", "period", *among(counts, "pair")]
    one, other = (
        counts.filter(nw.col("element") == element).select(
            *key,
            **{f"{side}_{name}": nw.col(name) for name in (*_COUNTS, *flagged)},
        )
        for element, side in ((first, "first"), (last, "last"))
    )
    joined = one.join(other, on=key)
    short = nw.col("first_received") * 100.0 < nw.col("first_expected") * complete_from
    flags = flag("incomplete", short)
    for name in flagged:
        either = (nw.col(f"first_{name}") == 1) | (nw.col(f"last_{name}") == 1)
        flags = flags + flag(name, either)
    return joined.with_columns(
        flags=flags,
        expected=nw.col("first_expected"),
        received=nw.col("first_received"),
    )


def dropout(pairs: Frame) -> Frame:
    """(first - last) / first in percent, by sex where both doses were reported by it.

    Negative is kept: more last than first doses were reported, which is a finding
    about the data. First dose 0 or missing gives null; 0.0 % is a value.
    """
    return concat(_dropout(pairs, sex) for sex in _COLUMNS)


def _dropout(pairs: Frame, sex: int) -> Frame:
    first = nw.col(f"first_{_COLUMNS[sex]}")
    last = nw.col(f"last_{_COLUMNS[sex]}")
    known = pairs if sex == BOTH else pairs.filter(~first.is_null() & ~last.is_null())
    return facts(
        known,
        sex=nw.lit(sex),
        numerator=first - last,
        denominator=first,
        value=percent(first - last, first),
        flags=nw.col("flags") + flag("negative", last > first),
    )


def started_not_finished(pairs: Frame) -> Frame:
    """First - last doses: children who began and were not seen again. Signed."""
    left = nw.col("first_total") - nw.col("last_total")
    return facts(
        pairs,
        sex=nw.lit(BOTH),
        numerator=nw.col("first_total"),
        denominator=nw.col("last_total"),
        value=left,
        flags=nw.col("flags") + flag("negative", left < 0),
    )


def count_ratio(pairs: Frame) -> Frame:
    """First / last as a ratio of sums; null where last is 0 or missing."""
    return facts(
        pairs,
        sex=nw.lit(BOTH),
        numerator=nw.col("first_total"),
        denominator=nw.col("last_total"),
        value=ratio(nw.col("first_total"), nw.col("last_total")),
    )


def mean_of_ratios(ratios: Frame, inside: Frame) -> Frame:
    """Ratios of a place replaced by the plain mean of those of the districts inside.

    `ratios`: facts of every place. `inside`: district, place (a place above it).
    Places without districts inside keep their own. Countdown 2030 reports national
    ratios this way; the sums stay in numerator and denominator.
    """
    means = (
        ratios.filter(~nw.col("value").is_null())
        .select("period", district=nw.col("place"), one=nw.col("value"))
        .join(inside, on="district")
        .group_by("place", "period")
        .agg(mean=nw.col("one").mean())
    )
    joined = ratios.join(means, on=["place", "period"], how="left")
    return facts(joined, value=nw.coalesce(nw.col("mean"), nw.col("value")))


def lagged(
    counts: Frame, *, first: int, last: int, months: int, complete_from: float
) -> Frame:
    """Drop-out with the last dose counted some months after the first.

    So children are followed through the series: DTP3 of March to May against DTP1 of
    January to March. `counts` holds months. Null, with the flag `to_date`, where the
    later months are not all there yet.
    """
    month = (nw.col("period") % 100 >= 1) & (nw.col("period") % 100 <= 12)
    begun = counts.filter((nw.col("element") == first) & month)
    serial = nw.col("period") // 100 * 12 + nw.col("period") % 100 - 1 - months
    finished = counts.filter((nw.col("element") == last) & month).with_columns(
        period=(serial // 12 * 100 + serial % 12 + 1).cast(nw.Int32)
    )
    sides = [_by_period(begun, "first"), _by_period(finished, "last")]
    joined = sides[0].join(sides[1], on=["place", "period"], how="left")
    early = nw.col("last_months").is_null() | (
        nw.col("last_months") < nw.col("first_months")
    )
    short = nw.col("received") * 100.0 < nw.col("expected") * complete_from
    lost = nw.when(~early).then(nw.col("first_total") - nw.col("last_total"))
    return facts(
        joined,
        sex=nw.lit(BOTH),
        numerator=lost,
        denominator=nw.col("first_total"),
        value=percent(lost, nw.col("first_total")),
        flags=flag("incomplete", short)
        + flag("to_date", early)
        + flag("negative", lost < 0),
    )


def _by_period(months: Frame, side: str) -> Frame:
    """Months of one element summed to quarters, semesters and years."""
    totals = []
    for kind in PERIOD_KINDS:
        longer = months.with_columns(period=containing(nw.col("period"), kind))
        totals.append(
            longer.group_by("place", "period").agg(
                **{
                    f"{side}_total": nw.col("total").sum(),
                    f"{side}_months": nw.col("total").count(),
                    **(
                        {name: nw.col(name).sum() for name in ("expected", "received")}
                        if side == "first"
                        else {}
                    ),
                }
            )
        )
    return concat(totals)

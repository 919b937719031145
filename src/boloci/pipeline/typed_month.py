"""Doubts about one month of one place that was typed and does not count yet.

The same rules as the build's (`checks`), asked of a handful of series: the place's own
months with the typed one among them. A doubt stops nothing; it is told to the one who
has the paper form at hand.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from boloci import periods
from boloci.catalogue import Catalogue
from boloci.catalogue.definitions import Profile
from boloci.pipeline import adjusting, most_doses
from boloci.pipeline.checks import copying, pairs
from boloci.stats import repeats
from boloci.stats.grids import Floats
from boloci.tables import Finding

LATER, VISIT, ONE_SEX = "typed_later_above", "typed_visit_apart", "typed_one_sex"
LEAST_OF_A_VISIT = 3
"""Doses of a visit without which nothing says which of them is out of line."""

Series = Mapping[str, Mapping[int, float]]
"""Element code -> month -> doses at the target age; months not known are absent."""


@dataclass(frozen=True)
class Month:
    """What was typed: doses of a place in a month, by element code."""

    place: str
    """Its name, for the sentences."""
    place_id: str
    month: int
    doses: Mapping[str, float]
    """Both sexes together; elements whose number is not known are absent."""
    half: tuple[str, ...] = ()
    """Elements of which one sex was typed and the other left blank."""
    level: str = ""
    """The place's; blank: not known."""


def doubts(
    typed: Month, before: Series, catalogue: Catalogue, profile: Profile
) -> list[Finding]:
    """What is doubtful, one finding an element at most, in the order of the form."""
    found = [
        *_impossible(typed, profile),
        *_out_of_line(typed, before, profile),
        *_half(typed),
        *_later_above(typed, catalogue, profile),
        *_apart(typed, catalogue, profile),
    ]
    first = {one.element: one for one in reversed(found)}
    order = {code: at for at, code in enumerate((*typed.doses, *typed.half))}
    told = sorted(first.values(), key=lambda one: order.get(one.element, len(order)))
    return [*told, *_copied(typed, before, profile)]


def _finding(typed: Month, rule: str, element: str = "", **fields: object) -> Finding:
    params = dict(fields.pop("params", {}))  # type: ignore[call-overload]
    told = Finding(
        rule,
        element=element,
        place_id=typed.place_id,
        period_start=periods.text(typed.month),
        params={"place": typed.place, "month": typed.month, **params},
    )
    return replace(told, **fields)  # type: ignore[arg-type]


def _impossible(typed: Month, profile: Profile) -> Iterator[Finding]:
    most = most_doses.most(profile, typed.level)
    for code, value in typed.doses.items():
        if value > most:
            yield _finding(
                typed,
                "doses_impossible",
                code,
                value=value,
                high=most,
                severity="error",
            )


def _grid(typed: Month, before: Series) -> tuple[list[str], list[int], Floats]:
    """The place's series with the typed month: elements, months, doses."""
    codes = list(typed.doses)
    known = {month for code in codes for month in before.get(code, {})} | {typed.month}
    months = periods.month_range(min(known), max(known))
    grid = np.full((len(codes), len(months)), np.nan)
    for row, code in enumerate(codes):
        told = {**before.get(code, {}), typed.month: typed.doses[code]}
        for month, value in told.items():
            grid[row, periods.serial(month) - periods.serial(months[0])] = value
    return codes, months, grid


def _out_of_line(typed: Month, before: Series, profile: Profile) -> Iterator[Finding]:
    """Numbers far from the place's own, by the profile's rule of outliers."""
    if not typed.doses:
        return
    codes, months, grid = _grid(typed, before)
    found = adjusting.find(grid, np.array(months) // 100, profile)
    now = months.index(typed.month)
    for row, median in zip(
        found.row[found.column == now], found.median[found.column == now], strict=True
    ):
        value = float(grid[row, now])
        yield _finding(
            typed,
            "outlier_high" if value > median else "outlier_low",
            codes[row],
            value=value,
            expected=round(float(median)),
        )


def _half(typed: Month) -> Iterator[Finding]:
    for code in typed.half:
        yield _finding(typed, ONE_SEX, code)


def _later_above(
    typed: Month, catalogue: Catalogue, profile: Profile
) -> Iterator[Finding]:
    """Many more last doses than first ones: in a month rare, not impossible."""
    for pair in pairs.in_sequence(catalogue):
        first, last = (typed.doses.get(code) for code in (pair.first, pair.second))
        if first is None or last is None:
            continue
        if last - first > _by_chance(first + last, profile):
            names = catalogue.elements[pair.first].name
            params = {
                f"first_dose_{language}": name for language, name in names.items()
            }
            yield _finding(
                typed,
                LATER,
                pair.second,
                value=last,
                expected=first,
                params=params,
            )


def _apart(typed: Month, catalogue: Catalogue, profile: Profile) -> Iterator[Finding]:
    """A dose far from the others that are given at the same visit."""
    gap = float(profile.value("co_administered_gap")) / 100
    for visit in _visits(catalogue, profile):
        given = {code: typed.doses[code] for code in visit if code in typed.doses}
        if len(given) < LEAST_OF_A_VISIT:
            continue
        middle = float(np.median(list(given.values())))
        for code, value in given.items():
            away = abs(value - middle)
            if away > gap * middle and away > _by_chance(value + middle, profile):
                yield _finding(typed, VISIT, code, value=value, expected=round(middle))


def _visits(catalogue: Catalogue, profile: Profile) -> Iterable[set[str]]:
    """Doses due at one age, together."""
    visits: list[set[str]] = []
    for doses, _since in pairs.at_one_visit(catalogue, profile):
        known = next((visit for visit in visits if visit.intersection(doses)), None)
        if known is None:
            visits.append(set(doses))
        else:
            known.update(doses)
    return visits


def _by_chance(doses: float, profile: Profile) -> float:
    return float(profile.value("sequence_factor")) * float(np.sqrt(doses))


def _copied(typed: Month, before: Series, profile: Profile) -> Iterator[Finding]:
    """The month before, written again."""
    if not typed.doses:
        return
    _codes, months, grid = _grid(typed, before)
    limits = copying.Limits.of(profile)
    found = repeats.copied_forward(
        grid,
        np.array([0]),
        least_value=limits.copied_least_value,
        least_numbers=limits.copied_least_numbers,
        share=limits.copied_least_share,
    )
    for numbers in found.numbers[found.month == months.index(typed.month)]:
        params = {"count": 1}
        yield _finding(typed, copying.COPIED, value=float(numbers), params=params)

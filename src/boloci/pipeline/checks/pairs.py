"""Two doses of one place and twelve months that cannot, or hardly, go together.

A third dose for more children than had the first, fewer children at the end than
began, doses given at one visit that are far apart, ratios that no district has. Each
is a pair of doses and the least and most that the first may be of the second; chance
is allowed for: sums of a and b doses may be off by a few roots of a + b.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations, groupby

import pyarrow as pa

from boloci.catalogue import Catalogue
from boloci.catalogue.definitions import Profile
from boloci.lake.engines import Engine
from boloci.pipeline.checks import yearly
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.tables import SMALL_CHILDREN

SEQUENCE = "sequence_impossible"
NEGATIVE = "dropout_negative"
APART = "co_administered_apart"
RATIO = "ratio_implausible"

RATIOS = (("ANC1", "DTP1"), ("BCG", "DTP1"))
"""Ratios looked at by district and above; their limits are constants."""


@dataclass(frozen=True)
class Pair:
    """What the first dose may be of the second: from `low` to `high` times."""

    rule: str
    first: str
    second: str
    low: float
    high: float | None = None
    matched: bool = True
    """Whether both must have been reported in the same months."""
    from_district: bool = False
    """Whether places below the district are too small for it."""
    valid_from: int = 0
    """Month from which they are given together."""


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of pairs of doses; reads `counts` and `data_span`."""
    pairs = list(_pairs(known.catalogue, rules.profile))
    codes = {code for pair in pairs for code in (pair.first, pair.second)}
    yearly.put_doses(engine, rules, codes)
    yearly.put_years(engine)
    _put_pairs(engine, rules, pairs)
    factor = float(rules.profile.value("sequence_factor"))
    found = gather(engine, known, _EVENTS.format(factor=factor, apart=APART))
    engine.drop("dose", "dose_year", "pair")
    return found


def _pairs(catalogue: Catalogue, profile: Profile) -> Iterator[Pair]:
    yield from in_sequence(catalogue)
    yield from to_the_end(catalogue)
    gap = float(profile.value("co_administered_gap")) / 100
    for (first, second), since in at_one_visit(catalogue, profile):
        yield Pair(APART, first, second, 1 - gap, 1 / (1 - gap), valid_from=since)
    for first, second in RATIOS:
        limits = f"ratio_{first}_{second}".lower()
        low = float(profile.value(f"{limits}_low"))
        high = float(profile.value(f"{limits}_high"))
        yield Pair(RATIO, first, second, low, high, matched=False, from_district=True)


def in_sequence(catalogue: Catalogue) -> Iterator[Pair]:
    """First and last dose of each vaccine for children; the birth dose is no first."""
    children = [
        element
        for element in catalogue.doses.values()
        if element.dose and element.target in SMALL_CHILDREN
    ]
    by_antigen = sorted(children, key=lambda element: (element.antigen, element.dose))
    for _antigen, doses in groupby(by_antigen, key=lambda element: element.antigen):
        codes = [element.code for element in doses]
        if len(codes) > 1:
            yield Pair(SEQUENCE, codes[0], codes[-1], 1.0)


def to_the_end(catalogue: Catalogue) -> Iterator[Pair]:
    """Drop-outs of the catalogue from one vaccine to another."""
    for indicator in catalogue.indicators.values():
        formula = indicator.formula
        if formula["kind"] == "dropout":
            first, last = str(formula["first"]), str(formula["last"])
            of = catalogue.elements
            if of[first].antigen != of[last].antigen:
                yield Pair(NEGATIVE, first, last, 1.0)


def at_one_visit(
    catalogue: Catalogue, profile: Profile
) -> Iterator[tuple[tuple[str, str], int]]:
    """Doses due at one age, two by two, and the month from which both are given.

    By the country's schedule; without one, the profile's `co_administered`. Doses at
    birth are left out: one may be given for months, another for days.
    """
    visits: dict[object, list[tuple[str, int]]] = {}
    for row in catalogue.schedule.rows:
        if row.age and row.age.at > 0 and not row.places and not row.valid_to:
            start = row.valid_from
            since = start.year * 100 + start.month if start else 0
            visit = visits.setdefault((row.age.at, row.age.unit), [])
            visit.append((row.element, since))
    if not catalogue.schedule.rows:
        for number, codes in enumerate(profile.value("co_administered")):
            visits[number] = [(code, 0) for code in codes]
    for doses in visits.values():
        for (one, since), (other, later) in combinations(doses, 2):
            yield (one, other), max(since, later)


def _put_pairs(engine: Engine, rules: Rules, pairs: Iterable[Pair]) -> None:
    """Table `pair`: the pairs with the keys of their doses."""
    rows = [
        {
            **asdict(pair),
            "first_key": rules.key(pair.first),
            "second_key": rules.key(pair.second),
            "first_names": dict(rules.elements[pair.first].name),
            "second_names": dict(rules.elements[pair.second].name),
        }
        for pair in pairs
    ]
    engine.put("pair", pa.Table.from_pylist(rows))


_EVENTS = """
WITH together AS (
    SELECT r.*, a.place, a.first AS start, a.last AS finish, a.total AS one,
           b.total AS other, {factor} * sqrt(a.total + b.total) AS chance,
           a.since AS one_since, b.since AS other_since,
           a.first + CASE WHEN a.first % 100 = 0 THEN 1 ELSE 0 END AS start_month
    FROM pair r
    JOIN dose_year a ON a.dose = r.first_key
    JOIN dose_year b ON b.dose = r.second_key AND b.place = a.place
        AND b.first = a.first
    JOIN place p ON p.place_key = a.place
    WHERE start_month >= r.valid_from
      AND (NOT r.matched OR a.reported IS NOT DISTINCT FROM b.reported)
      AND (NOT r.from_district OR p.level IN ('country', 'region', 'district'))
),
judged AS (
    SELECT *, low * other - one AS short, one - high * other AS over FROM together
    WHERE low * other - one > chance OR one - high * other > chance
)
SELECT rule, place, CASE WHEN short > 0 THEN first_key ELSE second_key END AS element,
       start AS first, finish AS last, greatest(short, over) / chance AS size,
       other AS value, one AS expected, low, high,
       to_json(struct_pack(
           first_dose := first, second_dose := second,
           first_dose_fr := first_names.fr, first_dose_en := first_names.en,
           second_dose_fr := second_names.fr, second_dose_en := second_names.en,
           first_doses := one,
           second_doses := other, ratio := round(one / nullif(other, 0), 2),
           usual_low := low, usual_high := round(high, 2),
           percent := round(100 * (1 - least(one, other)
               / nullif(greatest(one, other), 0))),
           dropout := round(100 * (one - other) / nullif(one, 0), 1),
           year_told := CASE WHEN start = finish THEN (start // 100)::VARCHAR
               ELSE start || '-' || finish END))::VARCHAR AS params
FROM judged
WHERE rule <> '{apart}'
   OR (CASE WHEN short > 0 THEN one_since ELSE other_since END)
      <= greatest(start_month,
                  CASE WHEN short > 0 THEN other_since ELSE one_since END)
"""

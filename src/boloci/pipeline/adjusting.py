"""Adjustment scenarios beside what was reported: outliers, completeness, both.

Nothing here changes `counts`. What a scenario changes is told in three tables:
    outliers         reported months that the profile's own rule finds out of line
    adjustments      unit, month and element: before, after, why
    adjusted_counts  the scenario's total of every place and period that it changes
Months of units are judged; a value entered for a quarter or a year is not. Doses of
all ages and of campaigns are neither judged nor adjusted: campaigns are spikes.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from boloci.catalogue.definitions import Profile
from boloci.codes import METHODS
from boloci.lake.engines import Engine
from boloci.pipeline import adjusted_sums, monthly, series_rules
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.monthly import Part
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats import adjustment, outliers
from boloci.stats.adjustment import REASONS, Reported, Scenario
from boloci.stats.grids import Bools, Floats, Ints
from boloci.stats.outliers import Outliers

OUTLIERS = pa.schema(
    [
        ("unit", pa.int32()),
        ("element", pa.int16()),
        ("period", pa.int32()),
        ("value", pa.float64()),
        ("median", pa.float64()),
        ("spread", pa.float64()),
        ("score", pa.float64()),
        ("high", pa.bool_()),
        ("replacement", pa.float64()),
    ]
)
"""`spread` is comparable to a standard deviation: score = (value - median) / spread.
`score` null: the baseline does not vary at all. `replacement` null: scenario
`outliers` leaves the value as it is. `value` null, and `score` with it: the month is
blank, and the profile counts it as a zero (`outlier_blank_months`)."""

ADJUSTMENTS = pa.schema(
    [
        ("method", pa.int8()),
        ("element", pa.int16()),
        ("place", pa.int32()),
        ("period", pa.int32()),
        ("before", pa.float64()),
        ("after", pa.float64()),
        ("reason", pa.string()),
    ]
)
"""`before` null: no report. `after` null: set aside, and nothing says what it was."""

SCENARIOS: dict[str, tuple[str, ...]] = {
    "usual": ("outliers", "completeness", "both"),
    "countdown": ("outliers", "completeness", "both"),
    "fastr": ("outliers",),
    "none": (),
}
"""Methods that each rule of adjustment gives; the others are refused."""


def scenarios(profile: Profile) -> tuple[str, ...]:
    """Methods, beside `reported`, that a profile has an adjusted figure for."""
    return SCENARIOS[profile.value("adjustment_rule")]


def adjust(engine: Engine, known: Understood, rules: Rules) -> None:
    """Tables `outliers`, `adjustments` and `adjusted_counts` under a profile."""
    profile = rules.profile
    engine.put("outliers", OUTLIERS.empty_table(), lasting=True)
    engine.put("adjustments", ADJUSTMENTS.empty_table(), lasting=True)
    elements = _judged(known)
    fixed = _fixed(known, profile)
    if elements:
        for part in monthly.parts(
            engine,
            elements=elements,
            blanks=_blanks(profile),
            stated=profile.value("completeness_from") == "stated_rate",
        ):
            found = find(
                part.reported.values, part.reported.years, profile, blank=part.blank
            )
            made = adjusted(part.reported, found, profile)
            _append(engine, "outliers", _outliers(part, found, made))
            for name, scenario in made.items():
                _append(engine, "adjustments", _changes(part, name, scenario, fixed))
    adjusted_sums.add_up(engine)


def _judged(known: Understood) -> list[int]:
    """Keys of the elements whose months are judged."""
    return [key for (_code, variant), key in known.mapped.keys.items()
            if variant == TARGET]  # fmt: skip


def _fixed(known: Understood, profile: Profile) -> list[int]:
    """Keys of the elements that a profile leaves as reported."""
    named = profile.constants.get("elements_not_adjusted")
    codes = named.value if named else ()
    return [known.mapped.keys[code, TARGET] for code in codes]


def _blanks(profile: Profile) -> bool:
    """Whether a cell left blank in a report that came counts as missing."""
    return bool(profile.value("adjustment_rule") == "countdown")


def find(
    values: Floats, years: Ints, profile: Profile, *, blank: Bools | None = None
) -> Outliers:
    """Outliers of a grid (series, months) by the profile's rule; `years` (months,).

    `blank`: months that have a row and no value; left out: none. A profile that takes
    them for zeros lets them into the baseline and flags them too. Their value stays
    NaN: what was not reported is never told as 0.
    """
    rule = _RULES[profile.value("outlier_rule")]
    if blank is None or not blanks_are_zeros(profile):
        return rule(values, years, profile)
    found = rule(np.where(blank, 0.0, values), years, profile)
    reported = values[found.row, found.column]
    score = np.where(np.isnan(reported), np.nan, found.score)
    return replace(found, value=reported, score=score)


def blanks_are_zeros(profile: Profile) -> bool:
    """Whether a profile counts outliers with blank months as zeros: Countdown's way."""
    return bool(profile.value("outlier_blank_months") == "zero")


def _countdown(values: Floats, years: Ints, profile: Profile) -> Outliers:
    return outliers.countdown(
        values,
        years,
        mads=float(profile.value("outlier_mad")),
        mad_factor=float(profile.value("mad_factor")),
    )


def _fastr(values: Floats, _years: Ints, profile: Profile) -> Outliers:
    return outliers.high_side(
        values,
        mads=float(profile.value("outlier_mad")),
        year_share=float(profile.value("outlier_year_share")),
        least_value=float(profile.value("outlier_least_value")),
    )


_RULES: Mapping[str, Callable[[Floats, Ints, Profile], Outliers]] = {
    "modified_z": lambda v, y, p: outliers.modified_z(v, y, series_rules.modified_z(p)),
    "z_score": lambda v, _y, p: outliers.z_score(
        v, threshold=float(p.value("outlier_z"))
    ),
    "countdown": _countdown,
    "fastr": _fastr,
}


def adjusted(
    reported: Reported, found: Outliers, profile: Profile
) -> dict[str, Scenario]:
    """Every scenario of a profile for a grid; none where it replaces nothing."""
    rule = profile.value("adjustment_rule")
    if rule == "usual":
        return adjustment.by_usual(reported, found, _usual(profile))
    if rule == "countdown":
        return adjustment.countdown(reported, _of_countdown(profile))
    if rule == "fastr":
        nearest = int(profile.value("outlier_window"))
        return {"outliers": adjustment.by_nearest(reported.values, found, nearest)}
    return {}


def _usual(profile: Profile) -> adjustment.Usual:
    return adjustment.Usual(
        k=float(profile.value("completeness_k")),
        least_rate=float(profile.value("completeness_least_rate")),
        around=int(profile.value("usual_months")),
        replaced_from=float(profile.value("outlier_replaced_from")),
        late=adjustment.Late(
            share=float(profile.value("late_share")),
            over=float(profile.value("late_over")),
            months=int(profile.value("late_most_months")),
        ),
        size=series_rules.size(profile),
    )


def _of_countdown(profile: Profile) -> adjustment.Countdown:
    return adjustment.Countdown(
        k=float(profile.value("completeness_k")),
        trusted_from=float(profile.value("rate_trusted_from")),
        mads=float(profile.value("outlier_mad")),
        mad_factor=float(profile.value("mad_factor")),
    )


def _append(engine: Engine, name: str, rows: pa.Table) -> None:
    if rows.num_rows:
        engine.connection.register("arriving", rows)
        engine.connection.execute(f"INSERT INTO {name} BY NAME FROM arriving")
        engine.connection.unregister("arriving")


def _outliers(part: Part, found: Outliers, made: Mapping[str, Scenario]) -> pa.Table:
    replacement = np.full(len(found.row), np.nan)
    if "outliers" in made:
        scenario = made["outliers"]
        mine = scenario.replaced[found.row, found.column]
        replacement[mine] = scenario.after[found.row, found.column][mine]
    return pa.table(
        [
            part.units[found.row],
            part.elements[found.row],
            part.periods[found.column],
            _known(found.value),
            found.median,
            found.spread,
            _known(found.score),
            found.high,
            _known(replacement),
        ],
        schema=OUTLIERS,
    )


def _changes(part: Part, name: str, scenario: Scenario, fixed: list[int]) -> pa.Table:
    reasons = scenario.reasons(part.reported.values)
    reasons[np.isin(part.elements, fixed)] = adjustment.UNCHANGED
    rows, columns = np.nonzero(reasons)
    return pa.table(
        [
            np.full(len(rows), METHODS.index(name), np.int8),
            part.elements[rows],
            part.units[rows],
            part.periods[columns],
            _known(part.reported.values[rows, columns]),
            _known(scenario.after[rows, columns]),
            pa.DictionaryArray.from_arrays(
                reasons[rows, columns], list(REASONS)
            ).dictionary_decode(),
        ],
        schema=ADJUSTMENTS,
    )


def _known(numbers: Floats) -> pa.Array:
    """Numbers with null for NaN: what is not known is blank, not a number."""
    return pa.array(numbers, from_pandas=True)

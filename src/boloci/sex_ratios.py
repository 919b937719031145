"""A sex gap under other shares of boys and girls among the children.

Where targets are not given by sex, a stated number of boys for a girl splits them. No
gap is surer than that number: it is told at both ends of what is plausible too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from boloci.catalogue.definitions import Indicator, Profile
from boloci.facts import Filters, place_keys
from boloci.published import Published
from boloci.workspace import Workspace

KINDS = ("sex_gap", "sex_ratio", "sex_gap_relative")
"""Formulas that a ratio of boys to girls enters."""

RATIO = "boys_per_girl"
"""What a fact of another ratio holds besides the columns of `tables.FACTS`."""


def has_choice(definition: Indicator, source: Published) -> bool:
    """Whether a ratio may be chosen; builds before 2026-11-22 cannot tell."""
    return definition.formula["kind"] in KINDS and (
        "sex_dispersion" in source.relations
    )


def ratios(profile: Profile) -> tuple[float, ...]:
    """Boys for a girl: the profile's own number first, then its lowest and highest."""
    names = ("sex_ratio_boys_per_girl", "sex_ratio_low", "sex_ratio_high")
    return tuple(dict.fromkeys(float(profile.value(name)) for name in names))


def at_each_ratio(
    workspace: Workspace, source: Published, filters: Filters, indicator: str
) -> Iterator[Mapping[str, Any]]:
    """Facts of the places and periods asked for, with `RATIO`, one ratio after the
    other; all the same where the source gives its targets by sex."""
    from boloci import pipeline

    for boys_per_girl in ratios(workspace.catalogue.profiles[source.profile]):
        found = pipeline.compute(
            workspace,
            source.cursor(),
            build=source.build,
            profile=source.profile,
            indicators=[indicator],
            places=place_keys(source, filters),
            periods=filters.periods or (),
            boys_per_girl=boys_per_girl,
        )
        for fact in found.to_pylist():
            yield {**fact, RATIO: boys_per_girl}

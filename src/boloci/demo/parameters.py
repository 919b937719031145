"""A whole synthetic country, read from `parameters.yaml` or a file of the same shape.

A wrong file is refused with the key that is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import yaml

from boloci import periods
from boloci.demo.world import (
    Births,
    Changes,
    Coverage,
    Event,
    Fault,
    Goal,
    Group,
    Interventions,
    Lots,
    Map,
    Measure,
    Nation,
    RealDistrict,
    Recounts,
    Region,
    Reporting,
    Round,
    Site,
    Stock,
    Survey,
    Targets,
)
from boloci.problems import Where, refuse

HERE = Path(__file__).parent
_FILE_LIMIT = 2_000_000
_MOST_RECALLED = 0.7

KINDS = (
    "stock_out",
    "closure",
    "displacement",
    "cross_border",
    "over_reporting",
    "wrong_age",
    "late_together",
    "silence",
    "copy_forward",
    "heaping",
    "spike",
    "typing",
    "duplicate_unit",
    "target_jump",
)
"""Every kind of fault that can be planted; the first four are events of the world."""


@dataclass(frozen=True)
class Parameters:
    """A whole synthetic country."""

    country: Nation
    regions: tuple[Region, ...]
    births: Births
    coverage: Coverage
    reporting: Reporting
    targets: Targets
    faults: dict[str, Fault]
    real_districts: tuple[RealDistrict, ...] = ()
    sites: tuple[Site, ...] = ()
    changes: Changes = field(default_factory=Changes)
    stock: Stock | None = None
    surveys: tuple[Survey, ...] = ()
    lqas: tuple[Round, ...] = ()
    lots: Lots | None = None
    recounts: Recounts | None = None
    groups: tuple[Group, ...] = ()
    maps: tuple[Map, ...] = ()
    measures: tuple[Measure, ...] = ()
    goals: tuple[Goal, ...] = ()
    events: tuple[Event, ...] = ()
    interventions: Interventions | None = None
    events_told: float = 1.0

    @property
    def months(self) -> list[int]:
        """Month codes of the country, in order."""
        return periods.month_range(self.country.first_month, self.country.last_month)

    @property
    def years(self) -> list[int]:
        """Calendar years, the first and last one perhaps not whole."""
        first, last = self.country.first_month, self.country.last_month
        return list(range(first // 100, last // 100 + 1))


def load(path: Path | None = None) -> Parameters:
    """Parameters of a country: the synthetic Mali, or a file of the same shape.

    Raises `Refused` with `demo_parameters` where the file is not one.
    """
    return check(read(path or HERE / "parameters.yaml", Parameters))


def read(path: Path, kind: type) -> Any:
    """A YAML file as an object of a type; raises `Refused` where it is not one."""
    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise ValueError("too large")
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return msgspec.convert(content, kind)
    except (OSError, ValueError, yaml.YAMLError, msgspec.ValidationError) as trouble:
        where = Where(file=path.name)
        raise refuse("demo_parameters", where, reason=str(trouble)) from trouble


def check(parameters: Parameters) -> Parameters:
    """The same parameters, if each can be and their parts fit each other."""
    for key, fits in (*_possible(parameters), *_named(parameters)):
        if not fits:
            raise refuse("demo_parameters", reason=key)
    return parameters


def _possible(parameters: Parameters) -> Iterator[tuple[str, bool]]:
    """Keys whose numbers must lie within bounds, and whether they do."""
    nation = parameters.country
    for key, month in (("first", nation.first_month), ("last", nation.last_month)):
        valid = 1 <= month % 100 <= 12 and 1900 <= month // 100 <= 2199
        yield f"country.{key}_month: {month}", valid
    yield "country: first_month > last_month", bool(parameters.months)
    coverage, births = parameters.coverage, parameters.births
    for name in ("dtp1", "dtp3_of_dtp1", "mcv1_of_dtp1", "mcv2_of_mcv1"):
        path = getattr(coverage, name)
        yield f"coverage.{name}", bool(path) and all(0 < share < 1 for share in path)
    yield (
        "reporting.coverage",
        all(share > 0 for share in parameters.reporting.coverage),
    )
    over = parameters.reporting.over
    yield "reporting.over", over is None or over[0] <= over[1]
    yield "coverage.flow_town", 0 <= coverage.flow_town < 1
    for survey in parameters.surveys:
        ordered = 0 <= survey.recall[0] <= survey.recall[1] <= _MOST_RECALLED
        yield f"surveys: {survey.name}: recall", ordered
    yield "births.infant_mortality", 0 <= births.infant_mortality < 1
    yield "births.surviving_infants", births.surviving_infants > 0
    yield "targets.worst", 0 < parameters.targets.worst < 1
    yield "regions", bool(parameters.regions)
    for region in parameters.regions:
        enough = region.areas >= region.districts >= 1 and region.infants > 0
        yield f"regions: {region.name}", enough and 0 < region.completeness < 1
    for kind, fault in parameters.faults.items():
        ordered = 1 <= fault.months[0] <= fault.months[1]
        yield f"faults.{kind}", ordered and 0 <= fault.share <= 1 and fault.count >= 0


def _named(parameters: Parameters) -> Iterator[tuple[str, bool]]:
    """Names that must be those of a region or district, and whether they are."""
    regions = {region.name for region in parameters.regions}
    districts = {district.name for district in parameters.real_districts}
    moved = parameters.changes.moved_district
    named = [district.region for district in parameters.real_districts]
    named += [moved.origin, moved.destination] if moved else []
    for fault in parameters.faults.values():
        named += fault.regions
    for name in named:
        yield f"regions: {name}?", name in regions
    for site in parameters.sites:
        yield f"real_districts: {site.district}?", site.district in districts
    for kind in parameters.faults:
        yield f"faults: {kind}?", kind in KINDS

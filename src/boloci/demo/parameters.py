"""A whole synthetic country, read from `parameters.yaml` or a file of the same shape.

A wrong file is refused with the key that is wrong.
"""

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
    """The same parameters, if their parts fit each other."""
    regions = {region.name for region in parameters.regions}
    districts = {district.name: district for district in parameters.real_districts}
    moved = parameters.changes.moved_district
    named = [d.region for d in parameters.real_districts]
    named += [moved.origin, moved.destination] if moved else []
    for fault in parameters.faults.values():
        named += fault.regions
    for name in sorted(set(named) - regions):
        raise refuse("demo_parameters", reason=f"regions: {name}?")
    for site in parameters.sites:
        if site.district not in districts:
            raise refuse("demo_parameters", reason=f"real_districts: {site.district}?")
    if not parameters.months:
        raise refuse("demo_parameters", reason="country: first_month > last_month")
    return parameters

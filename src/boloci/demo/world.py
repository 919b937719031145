"""The parts of `parameters.yaml`, typed: one class a section."""

import datetime
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Names:
    """One thing in the two languages."""

    fr: str
    en: str


@dataclass(frozen=True)
class Nation:
    """Name, levels and months of the country; months are `yyyymm` codes."""

    name: str
    name_en: str
    code: str
    levels: tuple[Names, Names, Names, Names]
    first_month: int
    last_month: int
    short_name: str = ""
    """What people call it; DHIS2 has it beside the name."""


@dataclass(frozen=True)
class Region:
    """A region: how many districts and areas, how large, how well served."""

    name: str
    code: str
    districts: int
    areas: int
    infants: float
    latitude: float
    longitude: float
    spread: float
    coverage: float = 0.0
    completeness: float = 0.93


@dataclass(frozen=True)
class RealDistrict:
    """A district that keeps its own name; nothing is planted in it."""

    name: str
    region: str


@dataclass(frozen=True)
class Site:
    """A named health area; with a `target`, its reported coverage is fixed."""

    name: str
    district: str
    aliases: tuple[str, ...] = ()
    target: int | None = None
    target_share: float = 1.0
    usual: float = 100.0
    quarters: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Births:
    """Children born and surviving; `sd_*` are on the log scale."""

    surviving_infants: float
    growth: float
    infant_mortality: float
    sd_country: float
    sd_region: float
    sd_district: float
    sd_area: float
    sd_growth_area: float
    sd_season: float
    sd_size_area: float
    boys_per_girl: float
    sd_boys_per_girl: float


@dataclass(frozen=True)
class Coverage:
    """True coverage: the country by year, and its spread on the logit scale."""

    dtp1: tuple[float, ...]
    dtp3_of_dtp1: tuple[float, ...]
    mcv1_of_dtp1: tuple[float, ...]
    mcv2_of_mcv1: tuple[float, ...]
    bcg_above_dtp1: float
    sd_district: float
    sd_area: float
    sd_walk_region: float
    sd_walk_district: float
    sd_area_quarter: float
    rho_area_quarter: float
    sd_following_area: float
    sex_gap: float
    sd_sex_gap_region: float
    sd_sex_gap_district: float
    sd_sex_gap_area: float
    flow: float
    sd_flow: float
    sd_walk_sex_gap_region: float = 0.0
    """The gap drifts: a step of a random walk, each quarter."""
    sd_walk_sex_gap_district: float = 0.0
    sd_shock_district: float = 0.0
    """What meets a district for one quarter (Student t, 4 degrees of freedom)."""
    flow_town: float = 0.0
    """Share of children reached who get their doses in the largest area of the region,
    however far it lies."""


@dataclass(frozen=True)
class Reporting:
    """How doses become numbers in a monthly report.

    `coverage` is solved for, unless `over` is given: then the log of national
    over-reporting is drawn between its two ends, and wanders by `sd_over_year`.
    """

    coverage: tuple[float, ...]
    sd_region: float
    sd_area: float
    sd_area_month: float
    sd_series: float
    sd_completeness_area: float
    on_time: float
    sex_areas: float
    older: float
    fixed: float
    sessions_planned: tuple[int, int]
    sessions_held: tuple[float, float]
    over: tuple[float, float] | None = None
    sd_over_year: float = 0.0
    sd_area_quarter: float = 0.0
    """A shock of a quarter's reports, shared by the antigens (Student t, as above)."""


@dataclass(frozen=True)
class Targets:
    """Official targets against the truth; biases and `sd_*` are logs."""

    growth: float
    bias: float
    census_year: int
    census_bias: float
    sd_area: float
    sd_area_census: float
    worst: float
    bias_real: float
    un_bias: float


@dataclass(frozen=True)
class Opened:
    """Areas that open on 1 January of a year drawn from `years` (both included)."""

    count: int = 0
    years: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Split:
    """Areas that close on 1 January of `year` and become two."""

    count: int = 0
    year: int = 0


@dataclass(frozen=True)
class Moved:
    """An invented district that changes region on 1 January of `year`."""

    origin: str
    destination: str
    year: int


@dataclass(frozen=True)
class Changes:
    """Changes of the health tree."""

    opened: Opened = Opened()
    split: Split = Split()
    moved_district: Moved | None = None


@dataclass(frozen=True)
class Fault:
    """How often one kind of fault is planted, how long and how large."""

    share: float = 0.0
    count: int = 0
    months: tuple[int, int] = (1, 1)
    size: tuple[float, float] = (1.0, 1.0)
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stock:
    """The logistics system: from when, in how many districts, share of doses lost."""

    first_month: int
    districts: int
    wastage: dict[str, float]


@dataclass(frozen=True)
class Survey:
    """A household survey of children of 12-23 months, by region.

    `recall`: of children without the dose, the share whose mothers remember one; drawn
    between the two ends for the survey, and for each antigen about that.
    """

    name: str
    start: datetime.date
    end: datetime.date
    clusters: int
    per_cluster: float
    design_effect: float
    sd_bias: float
    recall: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Round:
    """A round of lot quality sampling: one lot a district."""

    name: str
    start: datetime.date
    end: datetime.date


@dataclass(frozen=True)
class Lots:
    """The sampling plan of every lot."""

    sample: int
    clusters: int
    decision_number: int
    upper: float
    lower: float
    intracluster: float


@dataclass(frozen=True)
class Recounts:
    """Registers counted again against the monthly report."""

    areas: int
    month: int


@dataclass(frozen=True)
class Member:
    """A place in a group, by its name; days are null for always."""

    place: str
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Group:
    """A dated group of places; `invented` more districts are drawn as members."""

    code: str
    name: str
    kind: str
    reason: str
    members: tuple[Member, ...] = ()
    invented: int = 0
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


@dataclass(frozen=True)
class Map:
    """An administrative map: what each health region's districts belong to."""

    code: str
    name: str
    reason: str
    regions: dict[str, tuple[str, ...]]
    known: dict[str, str] = field(default_factory=dict)
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


@dataclass(frozen=True)
class Measure:
    """A published percentage whose numbers are not known."""

    indicator: str
    place: str
    period: str
    value: float
    sex: str = ""
    source: str = ""


@dataclass(frozen=True)
class Goal:
    """A goal of the country."""

    indicator: str
    year: int
    value: float
    baseline_year: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Event:
    """Something of the whole country that happened on known days."""

    kind: str
    start: datetime.date
    end: datetime.date
    note: str


@dataclass(frozen=True)
class Interventions:
    """An intervention in some invented districts; it changes nothing in the truth."""

    districts: int
    start: datetime.date
    note: str

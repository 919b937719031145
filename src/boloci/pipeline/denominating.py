"""Candidate denominators side by side: `denominators`, beside the official `targets`.

A chain is a few multiplications over counts and targets that a build keeps anyway,
so `denominators` is a view: every place and period, nothing stored twice.
    denominators            method, denominator_source, population, place, period,
                            target (persons; null: refused or not known),
                            target_incomplete (0/1), flags (bits of `FLAGS`)
    denominator_population  cohort that an element is held against in these sources;
                            not that of `element_population`: MCV1 has its own
    denominator_cohort      factors from live births or infants to every cohort
    survey_coverage         imported survey coverage, by place and year it may serve
    derived_base            base year of `penta1_derived`, by scenario
    candidate_year          figures of `un` and `worldpop`: given, summed, shared out
A quarter's denominator from a count is that of the quarter's own count, so that
quarters add up to their year and a year in progress is not held against a whole one.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from boloci import codes
from boloci.catalogue.definitions import Element, Profile
from boloci.lake.engines import Engine
from boloci.pipeline import (
    candidate_figures,
    denominator_views,
    spans,
    survey_coverage,
)
from boloci.pipeline.denominator_views import SOURCES
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats import denominators
from boloci.stats.denominators import COHORTS, Rates
from boloci.stats.vocabulary import FLAGS
from boloci.tables import Finding

BASES = {"anc1": "ANC1", "penta1": "DTP1", "penta1_derived": "DTP1"}
"""Element whose count a source starts from; the others know no scenario."""
CONSTANTS = {
    "anc1": "anc1_survey",
    "penta1": "penta1_survey",
    "penta1_derived": "penta1_survey",
}
"""Constant of the profile that stands for the survey coverage of a source's element."""
SERVICES = {
    "ANC1": "pregnant_women",
    "ANC4": "pregnant_women",
    "DELIVERIES": "deliveries",
    "LIVE_BIRTHS": "live_births",
}
"""Cohorts of services, which have no official target of their own."""


def candidates(engine: Engine, known: Understood, rules: Rules) -> list[Finding]:
    """View `denominators` and the small tables it reads; what is refused, in words.

    Reads `counts`, `adjusted_counts`, `targets`, `membership`, `place`.
    """
    wanted = list(rules.profile.value("denominator_candidates"))
    _put_cohorts(engine, known, rules.profile)
    engine.create("place_root", denominator_views.ROOTS, lasting=True)
    survey_coverage.take_surveys(engine, known, rules, BASES)
    given = [source for source in wanted if source in candidate_figures.SOURCES]
    candidate_figures.take_figures(engine, known, given, rules.profile)
    engine.connection.execute(denominator_views.SCENARIO_COUNTS)
    words = _words(engine, rules)
    engine.create("derived_base", _derived_base(engine, rules, words), lasting=True)
    engine.connection.execute(denominator_views.base(words))
    engine.connection.execute(denominator_views.DENOMINATORS)
    return [
        *survey_coverage.findings(engine, rules, BASES, CONSTANTS),
        *_moved_base(engine, rules.profile),
    ]


def rates(profile: Profile) -> Rates:
    """The chains' constants of a profile."""
    return Rates(
        stillbirth=float(profile.value("stillbirth_rate")),
        neonatal=float(profile.value("neonatal_mortality")),
        postneonatal=float(profile.value("postneonatal_mortality")),
        twin=float(profile.value("twin_rate")),
        pregnancy_loss=float(profile.value("pregnancy_loss")),
    )


def side_by_side(engine: Engine, place: int, period: int) -> pa.Table:
    """Every source's figure of every cohort of a place and period, beside the target.

    Columns: population (word), method, denominator_source (words), target, flags
    (bits), official (the official target of that cohort, null: none), ratio (target /
    official). Sources that do not depend on the scenario are there once, `reported`.
    """
    query = denominator_views.SIDE_BY_SIDE.format(
        by_scenario=", ".join(str(SOURCES.index(source)) for source in BASES),
        target=SOURCES.index("target"),
    )
    found = engine.arrow(query, place, period, place, period)
    for name, words in (
        ("population", COHORTS),
        ("method", codes.METHODS),
        ("denominator_source", SOURCES),
    ):
        index = found.column_names.index(name)
        texts = [words[number] for number in found[name].to_pylist()]
        found = found.set_column(index, name, pa.array(texts, pa.string()))
    return found


def _put_cohorts(engine: Engine, known: Understood, profile: Profile) -> None:
    """Tables `denominator_cohort` and `denominator_population`; empty: no chains."""
    wanted = list(profile.value("denominator_candidates"))
    factors = [
        {"denominator_source": SOURCES.index(source), **factor}
        for source in wanted
        for factor in _factors(profile, source)
    ]
    reached = {factor["population"] for factor in factors}
    held = [
        {"element": key, "population": cohort}
        for (code, _variant), key in known.mapped.keys.items()
        if (cohort := _cohort(known.catalogue.elements[code], profile)) in reached
    ]
    for name, rows, schema in (
        ("denominator_cohort", factors, _COHORT),
        ("denominator_population", held, _HELD),
    ):
        engine.put(name, pa.Table.from_pylist(rows, schema=schema), lasting=True)


def _factors(profile: Profile, source: str) -> Iterator[dict[str, Any]]:
    as_first = source in profile.value("mcv2_held_as_mcv1")
    births = denominators.per_live_birth(rates(profile))
    infants = denominators.per_infant(rates(profile), mcv2_as_mcv1=as_first)
    for number, name in enumerate(COHORTS):
        if name in births or name in infants:
            yield {
                "population": number,
                "per_birth": births.get(name),
                "per_infant": infants.get(name),
            }


def _cohort(element: Element, profile: Profile) -> int | None:
    """Position in `COHORTS` of the cohort that an element is held against."""
    if "doses_at_nine_months" not in profile.constants:
        return None
    cohort = element.target or SERVICES.get(element.code, "")
    if element.code in profile.value("doses_at_nine_months"):
        cohort = "infants_measles"
    if element.code == "MCV2":
        cohort = "children_mcv2"
    return COHORTS.index(cohort) if cohort else None


_COHORT = pa.schema(
    [
        ("denominator_source", pa.int8()),
        ("population", pa.int16()),
        ("per_birth", pa.float64()),
        ("per_infant", pa.float64()),
    ]
)
_HELD = pa.schema([("element", pa.int16()), ("population", pa.int16())])


def _words(engine: Engine, rules: Rules) -> dict[str, dict[str, Any]]:
    """What the SQL of each source of the profile is filled in with."""
    profile = rules.profile
    wanted = profile.value("denominator_candidates")
    if not wanted:
        return {}
    surviving = denominators.infants_per_live_birth(rates(profile))
    births = denominators.live_births_per_pregnancy(rates(profile))
    assumed = profile.value("survey_coverage_from") == "constant"
    of_survey = FLAGS["denominator_from_survey"]
    common = {
        "surviving": repr(surviving),
        "live_births": COHORTS.index("live_births"),
        "children": _children(engine),
        "complete_from": rules.complete_from,
        "of_survey": of_survey + (FLAGS["survey_assumed"] if assumed else 0),
        "not_surveyed": FLAGS["refused"] + FLAGS["survey_missing"],
    }
    own: dict[str, dict[str, Any]] = {
        source: {
            "element": rules.key(element),
            "assumed": float(profile.value(CONSTANTS[source])) if assumed else "NULL",
            "circular": FLAGS["circular_denominator"],
        }
        for source, element in BASES.items()
    }
    own["anc1"] |= {
        "births_each": repr(births),
        "infants_each": repr(births * surviving),
        "circular": 0,
    }
    own["penta1"] |= {"births_each": repr(1 / surviving), "infants_each": "1"}
    return {source: {**common, **own.get(source, {})} for source in wanted}


def _children(engine: Engine) -> int:
    """Population that `penta1_derived` grows by: children under 1 where given."""
    under_1 = COHORTS.index("under_1")
    given = engine.exists(f"FROM targets WHERE population = {under_1}")
    return under_1 if given else COHORTS.index("surviving_infants")


def _derived_base(
    engine: Engine, rules: Rules, words: dict[str, dict[str, Any]]
) -> str:
    if "penta1_derived" not in words:
        return denominator_views.NO_DERIVED_BASE
    return denominator_views.DERIVED_BASE.format(
        **words["penta1_derived"],
        base_year=int(rules.profile.value("derived_base_year")),
        to_date=spans.not_whole(engine, "c.period"),
    )


def _moved_base(engine: Engine, profile: Profile) -> list[Finding]:
    """A finding where `penta1_derived` starts from another year than the profile's."""
    if "penta1_derived" not in profile.value("denominator_candidates"):
        return []
    asked = int(profile.value("derived_base_year"))
    moved = engine.rows(
        "SELECT p.place_id, b.year FROM derived_base b"
        " JOIN place p ON p.place_key = b.root"
        " WHERE b.method = 0 AND b.ratio IS NOT NULL AND b.year <> ? ORDER BY ALL",
        asked,
    )
    return [
        Finding(
            "denominator_base_moved",
            "info",
            place_id=place,
            period_start=str(year),
            period_end=str(year),
            params={"asked": asked, "year": year},
        )
        for place, year in moved
    ]

"""What holds of every country, whatever its data: checked on countries made at random.

Months are missing, some are many times too many, an area moves and one closes, sexes
are told by some; each figure is compared with the others of the same country, and the
reported ones with sums made here.
"""

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from boloci.codes import DENOMINATORS, SCENARIOS
from tests.spec.small_country import Country, Fact, country

YEARS = (2022, 2023, 2024)
MONTHS = [year * 100 + month for year in YEARS for month in range(1, 13)]
AREAS = {f"A{number}": f"D{number % 4}" for number in range(9)}
MOVED, MOVED_TO, CLOSED = "A0", "D3", "A8"
"""A0 goes to D3 with July 2023; A8 closes with June 2024."""
LATE = ("A9", "D1", 202307)
"""Area, district and first month of one that opens."""
REGION = {"D0": "R1", "D1": "R1", "D2": "R2", "D3": "R2"}
SEEDS = (3, 8)


@dataclass
class Made:
    """What was put in, and the country that came out."""

    told: Country
    doses: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def reported(self, element: str, district: str, year: int) -> int | None:
        """The sum of what its areas reported in the months they were its own."""
        found = [
            count
            for (of, area, month), count in self.doses.items()
            if of == element and month // 100 == year and home(area, month) == district
        ]
        return sum(found) if found else None


def home(area: str, month: int) -> str:
    """The district of an area in a month; blank: it is not open."""
    if area == LATE[0]:
        return LATE[1] if month >= LATE[2] else ""
    if area == MOVED and month >= 202307:
        return MOVED_TO
    return "" if area == CLOSED and month > 202406 else AREAS[area]


def places() -> str:
    """The tree as a text table."""
    lines = ["place_id name level parent_id valid_from valid_to", "C Cc country . . ."]
    lines += [f"R{n} Reg{n} region C . ." for n in (1, 2)]
    lines += [f"{d} Dist{d} district {r} . ." for d, r in REGION.items()]
    for area, district in AREAS.items():
        if area == MOVED:
            lines.append(f"{area} Area{area} area {district} . 2023-06-30")
            lines.append(f"{area} Area{area} area {MOVED_TO} 2023-07-01 .")
        else:
            end = "2024-06-30" if area == CLOSED else "."
            lines.append(f"{area} Area{area} area {district} . {end}")
    lines.append(f"{LATE[0]} Late area {LATE[1]} 2023-07-01 .")
    return "\n".join(lines)


def made(folder, seed: int) -> Made:
    """A country of this seed, built."""
    draw = random.Random(seed)
    doses: dict[tuple[str, str, int], int] = {}
    lines = ["element place_id period sex value"]
    targets = ["population place_id year sex value source"]
    for area in (*AREAS, LATE[0]):
        usual, by_sex = draw.randrange(15, 120), draw.random() < 0.5
        for year in YEARS:
            target = 12 * round(usual * draw.uniform(0.8, 1.3))
            targets.append(f"surviving_infants {area} {year} . {target} .")
            targets.append(f"live_births {area} {year} . {round(target * 1.06)} .")
        for month in MONTHS:
            if not home(area, month) or draw.random() < 0.12:
                continue
            first = round(usual * draw.uniform(0.8, 1.2))
            if draw.random() < 0.03:
                first *= draw.choice([5, 10])
            third = round(first * draw.uniform(0.8, 1.02))
            doses["DTP1", area, month], doses["DTP3", area, month] = first, third
            lines.append(f"DTP3 {area} {month} . {third}")
            lines.append(f"DTP1 {area} {month} . {first}")
            if by_sex:
                girls = round(first * draw.uniform(0.4, 0.55))
                lines.append(f"DTP1 {area} {month} female {girls}")
                lines.append(f"DTP1 {area} {month} male {first - girls}")
    for year in YEARS:
        targets.append(f"surviving_infants C {year} . {draw.randrange(5000, 9000)} un")
    told = country(
        folder,
        places=places(),
        values="\n".join(lines),
        targets="\n".join(targets),
    )
    return Made(told, doses)


@pytest.fixture(scope="module", params=SEEDS)
def random_country(request, tmp_path_factory) -> Made:
    """One country a seed, built under profile boloci."""
    return made(tmp_path_factory.mktemp("properties") / "w", request.param)


def by_key(facts: list[Fact], *names: str) -> dict[tuple, float | None]:
    """Values by some columns of their facts; a key twice fails."""
    keys = [tuple(fact[name] for name in names) for fact in facts]
    assert not [key for key, count in Counter(keys).items() if count > 1]
    return dict(zip(keys, (fact["value"] for fact in facts), strict=True))


def test_what_is_reported_is_never_changed_by_a_scenario(random_country):
    found = random_country.told.facts(
        ("dtp1_doses", "dtp3_doses"),
        level="district",
        period="2022..2024",
        sex="total",
        method="reported",
    )
    got = by_key(found, "indicator", "place_id", "period")
    assert len(got) == 2 * len(REGION) * len(YEARS)
    for (indicator, district, period), value in got.items():
        element = indicator.removesuffix("_doses").upper()
        expected = random_country.reported(element, district, int(period))
        assert value == expected, (indicator, district, period)


@pytest.mark.parametrize("level", ["district", "region"])
@pytest.mark.parametrize("indicator", ["dtp1_doses", "dtp1_target_minus_doses"])
def test_every_scenario_adds_up_to_the_country(random_country, indicator, level):
    over = {} if indicator == "dtp1_doses" else {"denominator": ("target", "dhis2")}
    asked = {"period": "2022..2024", "sex": "total", "method": SCENARIOS, **over}
    told = random_country.told
    whole = by_key(
        told.facts(indicator, level="country", **asked),
        *("method", "denominator_source", "period"),
    )
    parts = by_key(
        told.facts(indicator, level=level, **asked),
        *("method", "denominator_source", "period", "place_id"),
    )
    assert len(whole) == len(SCENARIOS) * len(YEARS) * max(1, len(over) * 2)
    for key, value in whole.items():
        total = sum(part for (*of, _), part in parts.items() if tuple(of) == key)
        assert total == pytest.approx(value, abs=1e-6), key


def test_quarters_of_every_scenario_add_up_to_the_year(random_country):
    asked = {"level": "district", "sex": "total", "method": SCENARIOS}
    told = random_country.told
    years = by_key(
        told.facts("dtp1_doses", period="2022..2024", **asked),
        *("method", "place_id", "period"),
    )
    quarters = told.facts("dtp1_doses", period="2022Q1..2024Q4", **asked)
    for (method, place, year), value in years.items():
        found = [
            fact["value"]
            for fact in quarters
            if (fact["method"], fact["place_id"]) == (method, place)
            and fact["period"].startswith(year)
        ]
        total = sum(part for part in found if part is not None)
        assert total == pytest.approx(value, abs=1e-6)


def test_the_changes_told_are_the_difference_between_the_scenarios(random_country):
    told = random_country.told
    changes = told.workspace.adjustments(element="DTP1").to_pylist()
    assert {row["method"] for row in changes} == set(SCENARIOS[1:])
    asked = {"level": "country", "period": "2022..2024", "sex": "total"}
    found = told.facts("dtp1_doses", method=SCENARIOS, **asked)
    got = by_key(found, "method", "period")
    for method, year in itertools.product(SCENARIOS[1:], YEARS):
        moved = sum(
            row["change"]
            for row in changes
            if row["method"] == method and row["period"].startswith(str(year))
        )
        assert got[method, str(year)] - got["reported", str(year)] == pytest.approx(
            moved, abs=1e-6
        )


def test_before_is_what_was_reported_and_no_report_is_blank(random_country):
    for row in random_country.told.workspace.adjustments().to_pylist():
        key = row["element"], row["place_id"], int(row["period"])
        assert row["before"] == random_country.doses.get(key)
        assert row["before"] != row["after"]


def test_a_range_holds_all_its_combinations(random_country):
    for name in ("dtp1_coverage", "dtp3_coverage", "dropout_dtp1_dtp3"):
        for one in random_country.told.workspace.range(
            name, level="district", period="2022..2024"
        ):
            for each in (one, *one.carried):
                told = [f["value"] for f in each.facts if f["value"] is not None]
                if told:
                    ends = each.low["value"], each.high["value"]
                    assert ends == (min(told), max(told))
                blank = [f for f in each.facts if f["value"] is None]
                assert sum(map(len, each.left_out.values())) == len(blank)


def test_coverage_is_doses_over_target_in_every_scenario_and_source(random_country):
    found = random_country.told.facts(
        "dtp3_coverage",
        level="district",
        period="2022..2024",
        sex="total",
        method=SCENARIOS,
        denominator=DENOMINATORS,
    )
    by_key(found, "place_id", "period", "method", "denominator_source")
    for fact in found:
        if fact["value"] is None:
            assert fact["flags"], fact
        else:
            share = 100 * fact["numerator"] / fact["denominator"]
            assert fact["value"] == pytest.approx(share)


def test_targets_of_girls_and_boys_add_up_to_the_target_of_both(random_country):
    """Where every unit tells sexes; else the sexes have the target of those that do."""
    found = random_country.told.facts(
        "dtp1_coverage",
        level="area",
        period="2022..2023",
        method="reported",
        denominator="target",
    )
    halves: dict[tuple, dict[str, Fact]] = {}
    for fact in found:
        key = fact["place_id"], fact["period"]
        halves.setdefault(key, {})[fact["sex"]] = fact
    compared = 0
    for sexes in halves.values():
        if set(sexes) != {"", "female", "male"}:
            continue
        girls, boys = sexes["female"]["denominator"], sexes["male"]["denominator"]
        if None in (girls, boys):
            continue
        assert girls + boys == pytest.approx(sexes[""]["denominator"])
        assert boys / girls == pytest.approx(1.03, abs=0.03)
        compared += 1
    assert compared


def test_a_place_year_and_rule_have_one_finding_at_most(random_country):
    said = Counter(
        (found["rule"], found["place_id"], found["period_start"][:4])
        for found in random_country.told.findings()
        if found["place_id"]
    )
    assert said
    assert not {key: count for key, count in said.items() if count > 1}

"""The pipeline says what the slow reference says, of countries made at random."""

import random

import pytest

from tests.spec import reference
from tests.spec.reference import Place, Told
from tests.spec.small_country import Country, country

YEAR = 2024
MONTHS = [YEAR * 100 + number for number in range(1, 13)]
PERIODS = ["202402", "202409", "2024Q1", "2024Q3", "2024S2", "2024"]
SEEDS = (2, 5, 11)


def invented(seed: int) -> Told:
    """Two regions, four districts, areas that open, close and move; odd forms."""
    draw = random.Random(seed)
    told = Told(places=[Place("C", ""), Place("R1", "C"), Place("R2", "C")])
    for number in range(4):
        told.places.append(Place(f"D{number}", f"R{number % 2 + 1}"))
    for number in range(10):
        home, other = draw.sample(range(4), 2)
        month = draw.choice(MONTHS[1:])
        area = f"A{number}"
        fate = draw.choice(["stays", "stays", "opens", "closes", "moves"])
        if fate == "opens":
            told.places.append(Place(area, f"D{home}", first=month))
        elif fate == "closes":
            told.places.append(Place(area, f"D{home}", last=month))
        elif fate == "moves":
            told.places.append(Place(area, f"D{home}", last=month - 1))
            told.places.append(Place(area, f"D{other}", first=month))
        else:
            told.places.append(Place(area, f"D{home}"))
        _fill(told, area, draw)
    if draw.random() < 0.5:
        told.targets["D0", YEAR] = 480.0
    return told


def _fill(told: Told, area: str, draw: random.Random) -> None:
    if draw.random() < 0.85:
        told.targets[area, YEAR] = float(draw.randrange(60, 360, 12))
    if draw.random() < 0.1:
        return
    way = draw.choice(["total", "sexes", "both", "strategies", "ages", "one"])
    for element in ("DTP1", "DTP3"):
        for month in MONTHS:
            if draw.random() < 0.08:
                continue
            cells = {c: _drawn(draw) for c in _FORMS[way]}
            told.values[element, area, month] = cells


_FORMS = {
    "total": [("", "", "")],
    "sexes": [("female", "", ""), ("male", "", "")],
    "both": [("", "", ""), ("female", "", ""), ("male", "", "")],
    "strategies": [("", "0_11m", "fixed"), ("", "0_11m", "outreach")],
    "ages": [("", "0_11m", ""), ("", "12_23m", ""), ("", "", "")],
    "one": [("female", "", "")],
}


def _drawn(draw: random.Random) -> float | None:
    if draw.random() < 0.06:
        return None
    return 0.0 if draw.random() < 0.06 else float(draw.randrange(1, 40))


def _day(month: int, last: bool) -> str:
    if month in (0, 999_999):
        return "."
    year, number = divmod(month, 100)
    ends = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    return f"{year}-{number:02d}-{ends.get(number, 31) if last else 1:02d}"


def _told(folder, told: Told) -> Country:
    level = {"C": "country", "R": "region", "D": "district", "A": "area"}
    places = ["place_id name level parent_id valid_from valid_to"]
    for place in told.places:
        spell = f"{_day(place.first, False)} {_day(place.last, True)}"
        parent = place.parent or "."
        places.append(f"{place.id} {place.id} {level[place.id[0]]} {parent} {spell}")
    values = ["element place_id period sex age strategy value"]
    for (element, place, month), cells in told.values.items():
        for cell, value in cells.items():
            split = " ".join(word or "." for word in cell)
            written = "." if value is None else f"{value:g}"
            values.append(f"{element} {place} {month} {split} {written}")
    targets = ["population place_id year value"]
    for (place, year), value in told.targets.items():
        targets.append(f"surviving_infants {place} {year} {value:g}")
    return country(
        folder,
        places="\n".join(places),
        values="\n".join(values),
        targets="\n".join(targets),
    )


@pytest.fixture(scope="module", params=SEEDS)
def both(request, tmp_path_factory):
    """One invented country, and what the pipeline made of it."""
    told = invented(request.param)
    return told, _told(tmp_path_factory.mktemp("invented") / "w", told)


def _table(made: Country, indicator: str, **filters):
    filters.setdefault("sex", "total")
    rows = made.facts(indicator, method="reported", **filters)
    usual = [row for row in rows if row["denominator_source"] in ("", "target")]
    assert usual
    return {(row["place_id"], row["period"]): row for row in usual}


def _places(told: Told) -> list[str]:
    return sorted({place.id for place in told.places})


def _same(got: float | None, want: float | None) -> bool:
    if got is None or want is None:
        return got is want
    return got == pytest.approx(want, abs=1e-9, rel=1e-9)


def _differences(told, facts, wanted, column="value"):
    wrong = []
    for place in _places(told):
        for period in PERIODS:
            if period[:6].isdigit() and len(period) == 6 and facts[1]:
                continue
            row = facts[0].get((place, period))
            got = row[column] if row else None
            want = wanted(place, period)
            if not _same(got, want):
                wrong.append((place, period, got, want))
    return wrong


def test_doses(both):
    told, made = both
    facts = _table(made, "dtp1_doses")
    wrong = _differences(
        told, (facts, False), lambda p, t: reference.sums(told, "DTP1", p, t)
    )
    assert wrong == []


@pytest.mark.parametrize("sex", ["female", "male"])
def test_doses_by_sex(both, sex):
    told, made = both
    facts = _table(made, "dtp1_doses", sex=sex)
    wrong = _differences(
        told, (facts, False), lambda p, t: reference.sums(told, "DTP1", p, t, sex)
    )
    assert wrong == []


def test_coverage_and_target_minus_doses(both):
    told, made = both
    for indicator, name in (
        ("dtp1_coverage", "coverage"),
        ("dtp1_target_minus_doses", "left"),
    ):
        facts = _table(made, indicator)
        wrong = _differences(
            told,
            (facts, True),
            lambda p, t, name=name: getattr(reference.expected(told, p, t), name),
        )
        assert wrong == [], indicator


def test_dropout(both):
    told, made = both
    facts = _table(made, "dropout_dtp1_dtp3")
    wrong = _differences(
        told, (facts, True), lambda p, t: reference.dropout(told, p, t)
    )
    assert wrong == []


def test_reports_expected_and_received(both):
    told, made = both
    facts = _table(made, "completeness")
    for at, column in enumerate(("expected", "received")):
        wrong = _differences(
            told,
            (facts, True),
            lambda p, t, at=at: (
                reference.reports(told, p, t)[at] or None
                if at == 0
                else (
                    reference.reports(told, p, t)[1]
                    if reference.reports(told, p, t)[0]
                    else None
                )
            ),
            column,
        )
        assert wrong == [], column


def test_children_not_reached_are_told_only_where_reports_are_enough(both):
    told, made = both
    facts = _table(made, "zero_dose_children")
    for (place, period), row in facts.items():
        if period not in PERIODS:
            continue
        want = reference.expected(told, place, period)
        enough = want.received >= reference.COMPLETE_FROM * want.expected
        if not enough or want.left is None or want.left < 0:
            assert row["value"] is None, (place, period)
        elif row["value"] is not None:
            assert _same(row["value"], want.left)

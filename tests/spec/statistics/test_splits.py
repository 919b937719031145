"""From the cells of a form to one count of a unit and month."""

import itertools
import random

import pytest

from boloci.stats.splits import (
    ALL_AGES,
    ALL_STRATEGIES,
    OTHER_AGE,
    PART,
    TARGET_AGE,
    Cell,
    collapse,
)
from boloci.stats.vocabulary import BOTH, FEMALE, MALE
from tests.spec import reference
from tests.spec.statistics.said import one, said

_SEXES = {"both": BOTH, "girls": FEMALE, "boys": MALE}
_AGES = {"any": ALL_AGES, "target": TARGET_AGE, "other": OTHER_AGE}
_STRATEGIES = {"all": ALL_STRATEGIES, "part": PART}


def form(frame, text, **more):
    """A form as lines "sex age strategy value"; gives its one count."""
    blanks = any(line.endswith(".") for line in text.splitlines())
    lines, layout = [], []
    for line in text.strip().splitlines():
        sex, age, strategy, value = line.split()
        cell = Cell(_SEXES[sex], _AGES[age], _STRATEGIES[strategy])
        layout.append(cell)
        lines.append(f"1 202401 7 {cell.code} {value}")
    cells = frame("\n".join(["unit period element cell value", *lines]))
    return one(collapse(cells, layout=layout, blanks=blanks, **more))


def test_a_total_is_used_and_its_parts_are_not_added(frame):
    count = form(frame, "both target all 10\ngirls target all 4\nboys target all 5")
    assert (count["total"], count["female"], count["male"]) == (10, 4, 5)


def test_both_sexes_make_the_total_where_none_is_given(frame):
    count = form(frame, "girls target all 4\nboys target all 5")
    assert (count["total"], count["partial"]) == (9, 0)


def test_one_sex_makes_no_total(frame):
    count = form(frame, "girls target all 4")
    assert (count["total"], count["female"], count["partial"]) == (None, 4, 1)


def test_a_blank_total_gives_way_to_its_parts(frame):
    count = form(frame, "both target all .\ngirls target all 4\nboys target all 5")
    assert (count["total"], count["partial"]) == (9, 0)


def test_a_blank_sex_makes_no_total(frame):
    count = form(frame, "girls target all 4\nboys target all .")
    assert (count["total"], count["partial"]) == (None, 1)


def test_nought_is_a_value_and_makes_a_total(frame):
    count = form(frame, "girls target all 0\nboys target all 0")
    assert (count["total"], count["partial"]) == (0, 0)


def test_parts_by_strategy_are_added(frame):
    assert form(frame, "both target part 4\nboth target part 5")["total"] == 9


def test_a_strategy_left_blank_leaves_the_total_unknown(frame):
    count = form(frame, "both target part 4\nboth target part .")
    assert (count["total"], count["partial"]) == (None, 1)


def test_the_target_age_goes_before_all_ages(frame):
    count = form(frame, "both target all 6\nboth any all 8")
    assert (count["total"], count["age_unknown"]) == (6, 0)


def test_all_ages_count_with_a_flag_where_the_target_age_is_not_given(frame):
    count = form(frame, "both any all 8")
    assert (count["total"], count["age_unknown"]) == (8, 1)


def test_an_age_that_stands_in_counts_last(frame):
    assert form(frame, "both other all 3\nboth any all 8")["total"] == 8
    assert form(frame, "both other all 3")["total"] == 3


def test_a_form_left_blank_is_not_partial(frame):
    count = form(frame, "both target all .")
    assert (count["total"], count["partial"]) == (None, 0)


def test_units_with_different_forms_are_each_read_by_their_own(frame):
    cells = frame("""
    unit period element cell value
    1 202401 7 10 5
    2 202401 7 110 2
    2 202401 7 210 3
    """)
    layout = [Cell(BOTH, 1, 0), Cell(FEMALE, 1, 0), Cell(MALE, 1, 0)]
    counts = said(collapse(cells, layout=layout, blanks=False))
    assert [(c["unit"], c["total"], c["female"]) for c in counts] == [
        (1, 5, None),
        (2, 5, 2),
    ]


_NAMES = {BOTH: "", FEMALE: "female", MALE: "male"}
_AGE_NAMES = {TARGET_AGE: "0_11m", ALL_AGES: ""}


@pytest.mark.parametrize("seed", range(6))
def test_random_forms_are_read_as_the_slow_reference_reads_them(frame, seed):
    draw = random.Random(seed)
    sexes, ages = (BOTH, FEMALE, MALE), (TARGET_AGE, ALL_AGES)
    kinds = list(itertools.product(sexes, ages, ("", "fixed", "outreach")))
    lines, forms, layout = [], {}, set()
    for unit in range(1, 60):
        told = draw.sample(kinds, draw.randint(1, 6))
        forms[unit] = {}
        for sex, age, strategy in told:
            value = None if draw.random() < 0.2 else float(draw.randrange(9))
            cell = Cell(sex, age, PART if strategy else ALL_STRATEGIES)
            layout.add(cell)
            lines.append(
                f"{unit} 202401 7 {cell.code} {'.' if value is None else value}"
            )
            forms[unit][_NAMES[sex], _AGE_NAMES[age], strategy] = value
    cells = frame("\n".join(["unit period element cell value", *lines]))
    for count in said(collapse(cells, layout=layout, blanks=True)):
        want = reference.count(forms[count["unit"]])
        got = {"": count["total"], "female": count["female"], "male": count["male"]}
        assert got == want, forms[count["unit"]]

"""Heaping, copied numbers and changes of level, on series small enough to read."""

import numpy as np
import pytest

from boloci.stats import digits, level_shift, repeats
from boloci.stats.outliers import Size

X = np.nan
RULE = level_shift.Rule(
    months=12,
    least_months=8,
    deviations=3,
    hint_share=0.7,
    size=Size(root_factor=3, least=10, share=0.5),
)


def grid(*rows: str) -> np.ndarray:
    return np.array([[X if c == "x" else float(c) for c in r.split()] for r in rows])


def shifts(*rows: str) -> list[tuple[int, int, float, float]]:
    found = level_shift.level_shifts(grid(*rows), RULE)
    return list(
        zip(found.row.tolist(), found.month.tolist(), found.before, found.after,
            strict=True)
    )  # fmt: skip


def copied(*rows: str, starts: tuple[int, ...] = (0,)) -> list[tuple[int, int]]:
    """Unit and month of four numbers, or more, that repeat the month before."""
    found = repeats.copied_forward(
        grid(*rows), np.array(starts), least_value=10, least_numbers=4, share=0.9
    )
    return list(zip(found.unit.tolist(), found.month.tolist(), strict=True))


def same(*rows: str, least_doses: int) -> list[tuple[int, int]]:
    """Month of one unit in which so many visits bear one number, and how many do."""
    found = repeats.same_across(
        grid(*rows), np.array([0]), least_value=30, least_doses=least_doses
    )
    return list(zip(found.month.tolist(), found.numbers.tolist(), strict=True))


LOW = "20 21 19 20 22 18 20 21 19 20 22 18"
HIGH = "40 41 39 40 42 38 40 41 39 40 42 38"


def test_a_lasting_doubling_is_one_shift_at_its_first_month():
    assert shifts(f"{LOW} {HIGH} {HIGH}") == [(0, 12, 20, 40)]


def test_a_lasting_halving_is_one_shift():
    assert shifts(f"{HIGH} {HIGH} {LOW} {LOW}") == [(0, 24, 40, 20)]


def test_a_steady_series_and_a_single_peak_are_no_shift():
    assert shifts(f"{HIGH} {HIGH}", f"{LOW} 400 {LOW[3:]}") == []


def test_a_season_that_comes_back_every_year_is_no_shift():
    year = "60 60 60 60 60 60 20 20 20 20 20 20"
    assert shifts(" ".join([year] * 4)) == []


def test_months_without_a_report_are_left_out_and_not_zero():
    gap = "x x x x " + " ".join(HIGH.split()[4:])
    assert shifts(f"{HIGH} {gap} {HIGH}") == []


def test_a_change_of_a_few_doses_is_no_shift():
    small = "3 4 3 3 4 3 3 4 3 3 4 3"
    assert shifts(f"{small} {small.replace('3', '8')} ") == []


def test_levels_that_overlap_are_no_shift():
    """Medians 40 and 80, deviations 30 and 60: 40 apart, where 270 are asked."""
    assert shifts(" ".join(["10 40 70"] * 4 + ["20 80 140"] * 4)) == []


def test_eight_months_on_each_side_are_enough_and_seven_are_not():
    low, high = "20 21 19 20 22 18 20 21", "40 41 39 40 42 38 40 41"
    assert [m for _, m, *_ in shifts(f"{low} {high}")] == [8]
    assert shifts(f"{low} {high[:-3]}") == []


def test_a_shift_up_and_one_down_again_are_two():
    assert [month for _, month, *_ in shifts(f"{LOW} {LOW} {HIGH} {HIGH} {LOW} {LOW}")]\
        == [24, 48]  # fmt: skip


def test_chance_alone_shifts_hardly_any_level():
    rng = np.random.default_rng(1)
    noise = rng.poisson(40, (20_000, 60)).astype(float)
    assert len(level_shift.level_shifts(noise, RULE).row) <= 2


def test_sixty_rounded_numbers_of_sixty_are_far_from_chance():
    share, above = digits.heaping(np.array([60, 60, 0]), np.array([60, 12, 0]))
    assert share[:2].tolist() == [1, 0.2]
    assert above[:2] == pytest.approx([15.4919, 0], abs=1e-4)
    assert np.isnan(share[2])


def test_the_last_digit_alone_says_what_was_rounded():
    assert digits.ends_in_0_or_5(np.array([30, 35, 37, 100])).tolist() == [1, 1, 0, 1]


def test_a_month_that_repeats_four_numbers_was_copied():
    found = copied(
        "50 51 51 48", "40 44 44 41", "30 36 36 31", "20 25 25 22", "3 2 5 4"
    )
    assert found == [(0, 2)]


def test_four_numbers_of_ten_that_repeat_were_not_copied():
    same = [f"{n} {n}" for n in (51, 44, 36, 25)]
    other = [f"{n} {n + 7}" for n in (50, 41, 33, 28, 22, 19)]
    assert copied(*same, *other) == []


def test_doses_of_one_visit_count_once_as_copied():
    found = copied("51 51", "51 51", "51 51", "51 51", "51 51")
    assert found == []


def test_numbers_are_not_copied_from_one_unit_to_the_next():
    found = copied("51 51", "44 44", "36 36", "25 25", starts=(0, 2))
    assert found == []


def test_a_blank_month_breaks_a_copy():
    found = copied("51 x 51", "44 x 44", "36 x 36", "25 x 25")
    assert found == []


def test_one_number_for_four_visits_is_found():
    assert same("50 52", "50 48", "50 44", "50 42", "31 40", least_doses=4) == [(0, 4)]


def test_a_number_above_all_people_alive_has_no_digits_and_hides_no_others():
    """1e30 does not fit a whole number; 3e17 would not beside unit and month."""
    assert same(
        "50 1e30", "50 1e30", "50 1e30", "50 3e17", "31 3e17", least_doses=3
    ) == [(0, 4)]

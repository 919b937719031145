"""What the bench tells the model of a synthetic country, and what it judges by."""

from functools import cache

import numpy as np
import pytest

from bench.estimate_countries import SHAPES, named
from bench.estimate_fits import Fitted
from bench.estimate_judged import judged
from bench.estimate_regions import Region, regions
from bench.estimate_table import printed, scored


@cache
def made(text: str) -> tuple[Region, ...]:
    (country,) = named(text)
    return tuple(regions(country.seed, country.parameters))


def known(region: Region) -> Fitted:
    """A fit that knows the truth: two draws, both of it."""
    year = np.flatnonzero(np.diff(region.evidence.year, prepend=-1))
    reached, due = (
        np.repeat(of.sum(3)[:, None], 2, axis=1) for of in (region.reached, region.due)
    )
    by_sex = np.stack(
        [
            np.add.reduceat(np.moveaxis(of[1], 2, 0), year, -1)[:, None].repeat(2, 1)
            for of in (region.due, region.reached)
        ]
    )
    return Fitted(region, reached, due, by_sex)


def test_a_country_is_named_by_its_shape_and_seeds() -> None:
    assert [one.name for one in named("no_anchor:2-4")] == [
        "no_anchor:2",
        "no_anchor:3",
        "no_anchor:4",
    ]
    assert named("no_anchor")[0].seed == 1
    with pytest.raises(ValueError, match="atlantis"):
        named("atlantis:3")


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "mali"])
def test_a_shape_has_the_anchors_that_it_says(shape: str) -> None:
    (country,) = named(shape)
    told = [one for region in made(shape) for one in region.evidence.anchors]
    surveys = {one.name for one in told if one.source >= 0}
    lots = [one for one in told if one.source < 0]
    assert (len(surveys), bool(lots)) in {
        "rich": [(2, True), (3, True)],
        "surveys only": [(1, False), (2, False)],
        "no anchor": [(0, False)],
    }[country.anchors]


def test_where_every_form_counts_girls_and_boys_they_add_up_to_the_doses() -> None:
    for region in made("surveys_by_sex"):
        year = np.flatnonzero(np.diff(region.evidence.year, prepend=-1))
        doses = np.add.reduceat(np.nan_to_num(region.evidence.doses), year, -1)
        some = (region.evidence.births > 1)[None].repeat(4, 0)
        apart = np.abs(region.sexes.girls + region.sexes.boys - doses)[some]
        assert apart.max() == 0
        assert doses.sum() > 0


def test_where_no_form_counts_them_surveys_alone_tell_of_the_gap() -> None:
    region = made("surveys_no_sex")[0]
    assert not region.sexes.girls.any()
    assert len(region.sexes.apart) == 8
    assert region.sexes.of.sum((1, 2, 3)) == pytest.approx(np.ones(8))


def test_no_more_children_are_reached_than_are_due() -> None:
    for region in made("rich_by_sex"):
        assert (region.reached <= region.due).all()
        assert region.due[1].sum() > 0


def test_children_derived_from_penta1_are_the_doses_where_no_survey_tells() -> None:
    country = made("no_anchor")
    # The last whole year is 2024, the seventh; .97 is Countdown's coverage.
    infants = sum(np.nansum(region.infants[:, 6]) for region in country)
    year = country[0].evidence.year == 6
    doses = sum(np.nansum(region.evidence.doses[1][:, year]) for region in country)
    # Units without a zone of their own report doses that the evidence leaves out.
    assert doses / infants == pytest.approx(0.97, abs=0.02)


def test_who_knows_the_truth_makes_no_error_and_is_in_every_interval() -> None:
    told = scored([judged(known(region)) for region in made("rich_by_sex")[:2]])
    for figure in told["figures"].values():
        assert figure["everywhere"] == pytest.approx(0, abs=1e-12)
        assert figure["within"]["model"] == 1
        assert figure["winkler"]["model"] == pytest.approx(0, abs=1e-12)
    assert told["zero_dose"]["model"] == pytest.approx(0)
    assert told["worst_fifth"]["model"] == pytest.approx(1)
    assert told["worst_fifth"]["naive"] < 1
    assert "zero-dose children" in printed(told)


def test_baselines_are_wrong_where_targets_and_reports_are() -> None:
    told = scored([judged(known(region)) for region in made("rich_by_sex")[:2]])
    found = told["figures"]["district-quarter"]["rmse"]
    assert found["naive"] > found["capped"] > 0.05
    assert found["survey_worldpop"] > 0.02
    assert found["penta1_derived"] > 0.02


def test_without_a_survey_none_is_held() -> None:
    told = scored([judged(known(region)) for region in made("no_anchor")[:1]])
    assert "survey_worldpop" not in told["figures"]["area-quarter"]["rmse"]
    assert "survey_worldpop" not in told["zero_dose"]

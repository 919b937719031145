"""The truth of the synthetic country: cohorts, paths, flow, changes of the tree."""

import numpy as np
import pytest
from demo_countries import SEED, small

from boloci.demo import country, parameters, simulate, targets
from boloci.demo.coverage import year_of
from boloci.demo.draws import generator
from boloci.demo.programme import load

PROGRAMME = load()


def areas_of(kind: str) -> list[int]:
    return [fault.area for fault in small().planted if fault.kind == kind]


def test_the_later_dose_never_reaches_more_children_than_the_dose_before():
    cohorts = small().truth.cohorts
    for code, element in PROGRAMME.elements.items():
        if element.after:
            assert (cohorts[code] <= cohorts[element.after]).all(), code


def test_no_dose_reaches_more_children_than_are_due():
    truth = small().truth
    for code in truth.due:
        assert (truth.reached[code] <= truth.due[code]).all(), code


def test_coverage_of_the_country_follows_its_path():
    known = small()
    year = year_of(known.country.parameters)
    due = np.bincount(year, known.truth.due["DTP1"].sum((0, 2)))
    reached = np.bincount(year, known.truth.reached["DTP1"].sum((0, 2)))
    goals = [0.8, 0.85, 0.85]
    # Stock-outs and closures cost a little.
    assert reached / due == pytest.approx(goals, abs=0.03)


def test_children_vaccinated_elsewhere_are_neither_lost_nor_doubled():
    known = small()
    calm = simulate.Shocks.none(known.country.open.shape, ["BCG", "PENTA", "MR"])
    truth = simulate.truth(known.country, PROGRAMME, calm, seed=SEED)
    for code in ("BCG", "DTP1", "MCV1"):
        given, reached = truth.given[code], truth.reached[code]
        assert (given.sum((0, 2)) == reached.sum((0, 2))).all(), code
        assert (given != reached).any(), code


def test_boys_are_reached_more_often_than_girls_where_the_gap_says_so():
    truth = small().truth
    share = truth.reached["DTP1"].sum((0, 1)) / truth.due["DTP1"].sum((0, 1))
    girls, boys = share
    assert 0.005 < boys - girls < 0.08


def test_a_stock_out_lowers_the_doses_of_its_product_only():
    known = small()
    events = [f for f in known.planted if f.kind == "stock_out"]
    assert events
    for fault in events:
        code = {"BCG": "BCG", "PENTA": "DTP1", "MR": "MCV1"}[fault.element]
        truth = known.truth
        lost = truth.reached[code][fault.area, fault.months].sum()
        due = truth.due[code][fault.area, fault.months].sum()
        assert lost / due < 0.35


def test_births_move_with_displaced_families():
    known = small()
    calm = simulate.Shocks.none(known.country.open.shape, ["BCG", "PENTA", "MR"])
    without = simulate.truth(known.country, PROGRAMME, calm, seed=SEED).live_births
    (fault,) = [f for f in known.planted if f.kind == "displacement"]
    after = known.truth.live_births
    months = fault.months
    gone = without[fault.area, months].sum() - after[fault.area, months].sum()
    come = after[fault.other, months].sum() - without[fault.other, months].sum()
    assert gone > 0
    assert come == pytest.approx(gone, rel=0.3)


def test_an_area_that_opens_takes_its_children_from_the_one_that_served_them():
    known = small()
    later = [(n, a) for n, a in enumerate(known.country.areas) if a.mother >= 0]
    assert later
    for index, area in later:
        shut = ~known.country.open[index]
        due = known.truth.due["DTP1"].sum(2)
        assert shut.any()
        assert due[index, shut].sum() == 0
        assert due[index, ~shut].sum() > 0
        assert due[area.mother, shut].sum() > 0


def test_a_split_area_leaves_all_its_children_to_its_two_parts():
    known = small()
    (whole,) = [
        n for n, a in enumerate(known.country.areas) if a.closed and a.copy_of < 0
    ]
    parts = [n for n, a in enumerate(known.country.areas) if a.mother == whole]
    due = known.truth.due["DTP1"].sum(2)
    before = known.country.open[whole]
    assert len(parts) == 2
    assert due[whole, ~before].sum() == 0
    assert due[parts][:, before].sum() == 0
    rate = due[parts][:, ~before].sum() / (~before).sum()
    assert rate == pytest.approx(due[whole, before].sum() / before.sum(), rel=0.25)


def test_no_target_is_wrong_by_more_than_the_worst_share():
    known = small()
    wrong = known.known.official / known.known.true
    drift = 1.02
    assert np.nanmax(wrong) <= 1.5 * drift
    assert np.nanmin(wrong) >= 0.5 / drift


def test_a_copied_unit_has_no_target():
    known = small()
    copies = [n for n, a in enumerate(known.country.areas) if a.copy_of >= 0]
    assert copies
    assert np.isnan(known.official[copies]).all()


def test_targets_of_a_split_area_end_with_it():
    known = small()
    (whole,) = [
        n for n, a in enumerate(known.country.areas) if a.closed and a.copy_of < 0
    ]
    assert np.isfinite(known.official[whole]).tolist() == [True, False, False]


def test_one_more_draw_for_one_purpose_moves_no_other():
    one, other = generator(3, "births"), generator(3, "births")
    generator(3, "coverage").random(1000)
    assert (one.random(5) == other.random(5)).all()
    assert (generator(3, "births").random(5) != generator(4, "births").random(5)).all()


def test_every_district_and_area_asked_for_is_there():
    tree = small().country
    own = [a for a in tree.areas if a.copy_of < 0 and not a.closed]
    assert len(tree.districts) == 7
    assert len(own) == 54
    assert sorted({d.region for d in tree.districts}) == [0, 1]


def test_the_moved_district_ends_in_its_new_region():
    tree = small().country
    (moved,) = [d for d in tree.districts if d.moved]
    names = [region.name for region in tree.parameters.regions]
    assert (names[moved.first_region], names[moved.region]) == ("Plaine", "Colline")
    assert not moved.real


def test_another_seed_is_another_country():
    wanted = small().country.parameters
    other = country.build(wanted, generator(SEED + 1, "country"))
    assert [a.name for a in other.areas] != [a.name for a in small().country.areas]
    assert other.uid == small().country.uid


def test_a_site_without_room_for_its_doses_is_refused(tmp_path):
    from demo_countries import SMALL

    from boloci import demo
    from boloci.problems import Refused

    text = SMALL.read_text(encoding="utf-8").replace("share: 0.66", "share: 0.9")
    path = tmp_path / "country.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        demo.simulated(parameters.load(path), PROGRAMME, seed=SEED)
    assert refused.value.problems[0].code == "demo_parameters"
    assert "Bord d'Eau" in refused.value.problems[0].values["reason"]


def test_the_official_target_of_other_populations_follows_from_infants():
    known = small().known
    populations = known.populations(known.official)
    infants = populations["surviving_infants"]
    assert np.nansum(populations["live_births"]) > np.nansum(infants)
    assert set(populations) >= {"pregnant_women", "children_12_23_months"}
    assert targets.yearly(small().country, np.ones((1, 30))).tolist() == [[12, 12, 12]]

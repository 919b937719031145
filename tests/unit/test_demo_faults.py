"""Planted faults: where they may be, and that the key explains every difference."""

import numpy as np
import pytest
from demo_countries import small

from boloci.demo import faults


def planted(kind: str) -> list[faults.Planted]:
    return [fault for fault in small().planted if fault.kind == kind]


def block(fault: faults.Planted, cells: np.ndarray) -> np.ndarray:
    return cells[:, fault.area, fault.months]


def test_every_kind_in_the_parameters_is_planted():
    wanted = {k: f.count for k, f in small().country.parameters.faults.items()}
    found = {kind: len(planted(kind)) for kind in wanted}
    assert found == wanted


def test_no_fault_touches_a_place_with_a_real_name():
    known = small()
    for fault in known.planted:
        for area in (fault.area, fault.other):
            if area >= 0:
                assert not known.country.quiet[area]
                assert not known.country.areas[area].real


def test_an_area_bears_one_fault_at_most():
    own = [f.area for f in small().planted]
    others = [f.other for f in small().planted if f.other >= 0]
    assert len({*own, *others}) == len(own) + len(others)


def test_real_districts_report_what_they_gave_and_always():
    known = small()
    quiet = known.country.quiet
    assert quiet.any()
    assert known.reports.received[quiet].all()
    given = known.truth.given["DTP1"].sum(2)[quiet]
    assert (known.reports.total("DTP1")[quiet] == given).all()


def test_reports_without_a_fault_are_left_alone():
    known = small()
    touched = {f.area for f in known.planted}
    others = np.setdiff1d(np.arange(len(known.country.areas)), list(touched))
    assert (known.reports.cells[:, others] == known.before.cells[:, others]).all()


@pytest.mark.parametrize("kind", ["spike", "typing"])
def test_a_spike_multiplies_one_element_in_one_month(kind):
    known = small()
    for fault in planted(kind):
        own = known.reports.columns_of(fault.element, fault.area)
        before, after = (
            block(fault, known.before.cells),
            block(fault, known.reports.cells),
        )
        changed = np.flatnonzero((before != after).any(1))
        assert set(changed) <= set(own)
        assert len(changed) >= 1
        largest = changed[np.argmax(before[changed, 0])]
        assert after[largest, 0] == round(before[largest, 0] * fault.size)
        assert known.reports.received[fault.area, fault.first]
        if kind == "typing":
            assert len(changed) == 1


def test_late_reports_come_as_one_sum():
    known = small()
    for fault in planted("late_together"):
        came = known.reports.received[fault.area, fault.months]
        assert came.tolist() == [False] * (len(came) - 1) + [True]
        before, after = (
            block(fault, known.before.cells),
            block(fault, known.reports.cells),
        )
        assert (after[:, -1] == before.sum(1)).all()


def test_silence_and_closure_leave_no_report():
    known = small()
    for fault in [*planted("silence"), *planted("closure")]:
        assert not known.reports.received[fault.area, fault.months].any()


def test_copy_forward_repeats_the_first_month():
    known = small()
    for fault in planted("copy_forward"):
        after = block(fault, known.reports.cells)
        assert (after == block(fault, known.before.cells)[:, :1]).all()
        assert known.reports.received[fault.area, fault.months].all()


def test_heaped_doses_end_in_0_or_5():
    known = small()
    for fault in planted("heaping"):
        after = block(fault, known.reports.cells)
        assert (after % 5 == 0).all()
        assert (block(fault, known.before.cells) % 5 != 0).any()


def test_doses_of_the_wrong_age_are_moved_and_more_are_added():
    known = small()
    for fault in planted("wrong_age"):
        before, after = (
            block(fault, known.before.cells),
            block(fault, known.reports.cells),
        )
        for under, over in known.reports.age_pairs(fault.area):
            assert (after[over] == 0).all()
            assert (after[under] >= before[under] + before[over]).all()


def test_a_copied_unit_reports_what_the_other_reports():
    known = small()
    for fault in planted("duplicate_unit"):
        cells, months = known.reports.cells, fault.months
        assert (cells[:, fault.area, months] == cells[:, fault.other, months]).all()
        assert cells[:, fault.area, months].sum() > 0
        assert known.reports.received[fault.area].sum() == fault.last - fault.first + 1
        name = known.country.areas[fault.other].name
        assert known.country.areas[fault.area].name == f"CSCOM {name}"


def test_over_reporting_is_the_size_of_the_key():
    known = small()
    extra = faults.over_reporting(known.planted, known.country.open.shape)
    for fault in planted("over_reporting"):
        added = np.exp(extra[fault.area])
        assert added[fault.first] == pytest.approx(1 + fault.size)
        given = known.truth.given["DTP1"].sum(2)[fault.area, fault.months].sum()
        told = known.reports.total("DTP1")[fault.area, fault.months].sum()
        expected = given * np.exp(known.before.over[fault.area, fault.months]).mean()
        assert told == pytest.approx(expected, rel=0.1)


def test_a_jump_doubles_one_year_of_the_target_and_no_other():
    known = small()
    ratio = known.official / known.known.official
    for fault in planted("target_jump"):
        assert sorted(ratio[fault.area].tolist()) == pytest.approx([1, 1, 2], rel=0.01)
    changed = np.unique(np.nonzero(np.abs(ratio - 1) > 0.01)[0])
    assert set(changed) == {fault.area for fault in planted("target_jump")}


def test_children_from_abroad_are_given_doses_beside_the_residents():
    known = small()
    for fault in planted("cross_border"):
        given = known.truth.given["DTP1"].sum(2)[fault.area]
        inside = given[fault.months].mean()
        outside = np.delete(given, np.arange(fault.first, fault.last + 1)).mean()
        assert inside > outside


def test_closures_stay_in_the_regions_named():
    known = small()
    names = [region.name for region in known.country.parameters.regions]
    for fault in [*planted("closure"), *planted("displacement")]:
        assert names[known.country.region_of[fault.area]] == "Colline"

"""What a lot of 19 children says, and how often it is wrong."""

import pytest

from boloci.stats import lots

TOGETHER = lots.cluster_sizes(19, 5)
RULE = {"decision": 13, "upper": 0.8, "lower": 0.5}


def test_nineteen_children_in_five_clusters():
    assert TOGETHER == (4, 4, 4, 4, 3)
    assert lots.cluster_sizes(3, None) == (1, 1, 1)


def test_errors_of_children_drawn_one_by_one():
    found = lots.risks(TOGETHER, 13, upper=0.8, lower=0.5)
    assert found.fail_good == pytest.approx(0.068, abs=5e-4)
    assert found.pass_bad == pytest.approx(0.084, abs=5e-4)


def test_errors_of_children_drawn_in_clusters_are_larger():
    found = lots.risks(TOGETHER, 13, upper=0.8, lower=0.5, icc=1 / 6)
    assert found.fail_good == pytest.approx(0.109, abs=5e-4)
    assert found.pass_bad == pytest.approx(0.131, abs=5e-4)


@pytest.mark.parametrize(
    ("vaccinated", "said"),
    [
        (11, lots.FAILED),
        (12, lots.UNCERTAIN),
        (13, lots.UNCERTAIN),
        (14, lots.PASSED),
    ],
)
def test_a_lot_near_the_decision_number_is_uncertain_in_clusters(vaccinated, said):
    assert lots.lot_class(vaccinated, TOGETHER, **RULE, icc=1 / 6, risk=0.1) == said


@pytest.mark.parametrize(("vaccinated", "said"), [(12, lots.FAILED), (13, lots.PASSED)])
def test_drawn_one_by_one_the_decision_number_decides(vaccinated, said):
    alone = lots.cluster_sizes(19, None)
    assert lots.lot_class(vaccinated, alone, **RULE, icc=0, risk=0.1) == said


def test_chances_add_up_to_one():
    assert sum(lots.vaccinated_chances(0.37, TOGETHER, 0.2)) == pytest.approx(1)


def test_pooled_coverage_weighs_lots_by_their_population():
    found = lots.pooled([19, 0], [19, 19], [0, 0], [300, 100], icc=1 / 6, z=1.96)
    assert found.estimate == pytest.approx(0.75)
    assert found.lower < 0.75 < found.upper


def test_lots_in_clusters_are_less_sure():
    drawn = ([15, 12], [19, 19], [5, 5], [100, 100])
    alone = lots.pooled(*drawn, icc=0, z=1.96)
    together = lots.pooled(*drawn, icc=1 / 6, z=1.96)
    assert together.effective == pytest.approx(alone.effective / (1 + 2.8 / 6))


def test_lots_without_children_are_not_pooled():
    with pytest.raises(ValueError, match="nothing"):
        lots.pooled([1], [19], [5], [0], icc=0, z=1.96)

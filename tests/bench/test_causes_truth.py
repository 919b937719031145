"""The answers of the bench of causes: contributions that add up to the coverage."""

import csv
import math
from collections import Counter
from pathlib import Path

from bench import causes
from bench.causes_truth import CAUSES, contributions
from boloci import demo

SMALL = Path(__file__).parents[1] / "unit" / "demo_small.yaml"


def test_the_contributions_of_every_cause_add_up_to_the_coverage(tmp_path: Path):
    truth = demo.write(tmp_path, seed=7, parameters=SMALL).truth
    with (truth / "places.csv").open(encoding="utf-8") as rows:
        areas = [row["place_id"] for row in csv.DictReader(rows)]
    found = contributions(truth, {area: area for area in areas}).to_pylist()
    assert len(found) > 100
    apart = [
        abs(
            sum(row[cause] for cause in CAUSES)
            + row["chance"]
            + row["coverage"]
            + row["missing"]
            - math.log(row["ratio"])
        )
        for row in found
    ]
    # Heaped and copied numbers are no cause: they move some values a little.
    assert sorted(apart)[len(apart) * 9 // 10] < 0.01
    assert all(row["coverage"] <= 0 for row in found)


def test_shares_count_what_was_named_and_what_was_right():
    cases = Counter(
        {
            ("area", "year", "target", "target", "strong"): 6,
            ("area", "year", "late", "target", "strong"): 1,
            ("area", "year", "late", "target", "some"): 1,
            ("area", "year", "late", "late", "cannot_tell"): 2,
        }
    )
    assert causes.shares(cases) == (10, 0.8, 0.75, 0.1)
    assert causes.matrix(cases) == "target: target 6; late: target 2, cannot_tell 2"

"""Every doubt and trouble of these readers has its sentence and its weight."""

import re
from pathlib import Path

import pytest
import yaml

import boloci
from boloci.sources import cells

ROOT = Path(boloci.__file__).parent
RULES = yaml.safe_load((ROOT / "catalogue/rules/tabular.yaml").read_text())
PROBLEMS = yaml.safe_load((ROOT / "catalogue/problems/tabular.yaml").read_text())
BY_SHEET = ("sheet_missing",)
"""Rules that weigh by what is missing."""


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in BY_SHEET])
def test_a_finding_weighs_what_its_rule_says(rule):
    assert cells.severity(rule) == RULES[rule]["severity"] or rule in _by_hand()


def _by_hand():
    """Rules whose findings carry their own severity in the code."""
    return {"sheets_not_read"}


@pytest.mark.parametrize(
    "entry", [*RULES.items(), *PROBLEMS.items()], ids=lambda e: e[0]
)
def test_both_languages_say_the_same_things(entry):
    _, sentence = entry
    holes = [set(re.findall(r"{(\w+)}", sentence[lang])) for lang in ("fr", "en")]
    assert holes[0] == holes[1]

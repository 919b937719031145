"""The page about trust says of inequality what the measures do."""

import re

import pytest

from boloci.stats import inequality
from tests.conftest import ROOT


@pytest.mark.parametrize("page", ["docs/trust/en.md", "docs/trust/fr.md"])
def test_the_measures_refused_above_100_percent_are_named_and_no_others(page):
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    [named] = re.findall(r"\((`mdbu`[^)]*)\)", text)
    refused = {code for code, kind in inequality.KINDS.items() if kind.bounded}
    assert set(re.findall(r"`(\w+)`", named)) == refused

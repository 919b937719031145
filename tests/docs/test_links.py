"""Links inside the repository lead somewhere; generated pages are current."""

import re

import pytest

from doors import licences, pages
from tests.conftest import ROOT

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (ROOT.glob("*.md"), (ROOT / "docs").rglob("*.md"))
    for path in folder
)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page):
    path = ROOT / page
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_guides_list_the_tables_as_the_code_has_them():
    assert pages.main(["--check"]) == 0


def test_the_licences_of_every_locked_package_are_listed():
    assert licences.main(["--check"]) == 0


def test_a_column_that_is_added_makes_the_guides_stale(monkeypatch):
    monkeypatch.setattr(pages, "TIDY", {"places": pages.TIDY["places"]})
    assert pages.main(["--check"]) == 1

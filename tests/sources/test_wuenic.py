"""WHO/UNICEF files: what is kept of them, and in whose words."""

from pathlib import Path

import pytest

from boloci import sources
from boloci.problems import Refused
from boloci.sources.reading import Reading
from tests.conftest import SHARED

FACTS = """fact,vaccine,year,value
gov,dtp1,2021,110.0
admin,dtp1,2021,111.0
target,dtp1,2021,852391.0
legacy,dtp1,2021,82.0
si_UNPD,,2021,872528.0
births_UNPD,,2021,912901.0
guess,dtp1,2021,50
legacy,dtp1,2020,NA
"""
SURVEYS = """vaccine,cohort,survey,value,title,yrcoll,confirm,age,val,ss
dtp1,2017,mli2018141,82.0,Mali DHS 2018,2018,card or history,12-23 m,crude,2048
dtp1,2017,mli2018141,81.0,Mali DHS 2018,2018,c or h <12 months,12-23 m,crude,2048
dtp1,2017,mli2018141,54.0,NA,2018,card,12-23 m,crude,0
"""


def read(folder: Path, text: str, name: str) -> Reading:
    """A file of this text, read."""
    path = folder / name
    path.write_text(text)
    (folder / "staging").mkdir()
    return sources.read([path], staging=folder / "staging")[0]


def test_percentages_keep_their_words_and_their_revision(tmp_path):
    reading = read(tmp_path, FACTS, "mali_wuenic_2023rev_facts.csv")
    rows = reading.tables["wuenic"].to_pylist()
    told = {(row["fact"], row["vaccine"], row["year"]): row["value"] for row in rows}
    assert told == {
        ("gov", "dtp1", 2021): 110,
        ("admin", "dtp1", 2021): 111,
        ("target", "dtp1", 2021): 852391,
        ("legacy", "dtp1", 2021): 82,
    }
    assert {(row["place_id"], row["revision"]) for row in rows} == {("mali", "2023")}
    assert rows[0]["row"] == 2


def test_births_and_infants_of_the_united_nations_are_targets_of_source_un(tmp_path):
    reading = read(tmp_path, FACTS, "mali_wuenic_2023rev_facts.csv")
    rows = reading.tables["targets"].to_pylist()
    assert {(row["population"], row["source"], row["value"]) for row in rows} == {
        ("surviving_infants", "un", 872528),
        ("live_births", "un", 912901),
    }


def test_a_word_nobody_knows_is_told(tmp_path):
    reading = read(tmp_path, FACTS, "mali_wuenic_2023rev_facts.csv")
    (finding,) = reading.findings
    assert finding.rule == "wuenic_fact_unknown"
    assert finding.params["text"] == "guess"


def test_surveys_become_shares_with_their_cohort(tmp_path):
    reading = read(tmp_path, SURVEYS, "mali_wuenic_2023rev_surveys.csv")
    first, second, third = reading.tables["surveys"].to_pylist()
    assert (first["estimate"], first["n"], first["cohort"]) == (0.82, 2048, 2017)
    assert first["survey"] == "Mali DHS 2018 (mli2018141)"
    assert (first["age_min_months"], first["age_max_months"]) == (12, 23)
    assert (first["evidence"], first["timing"]) == ("card_or_history", "by_survey")
    assert second["timing"] == "by_12_months"
    assert third["evidence"] == "card"
    assert third["n"] is None  # nobody was asked: the size is not known
    assert third["survey"] == "mli2018141"


def test_a_file_whose_name_tells_no_country_is_refused(tmp_path):
    with pytest.raises(Refused) as raised:
        read(tmp_path, FACTS, "facts.csv")
    assert raised.value.problems[0].code == "wuenic_file_name"


def test_a_survey_above_100_percent_is_refused_with_its_row(tmp_path):
    text = SURVEYS.replace("82.0", "820")
    with pytest.raises(Refused) as raised:
        read(tmp_path, text, "mali_wuenic_2023rev_surveys.csv")
    (problem,) = raised.value.problems
    assert problem.code == "wuenic_survey_over_100"
    assert (problem.where.row, problem.where.column) == (2, "value")


def test_a_cell_that_is_no_number_is_refused_with_its_row(tmp_path):
    with pytest.raises(Refused) as raised:
        read(tmp_path, FACTS.replace("110.0", "many"), "mali wuenic 2023 facts.csv")
    (problem,) = raised.value.problems
    assert (problem.code, problem.where.row) == ("not_a_number", 2)


@pytest.mark.skipif(
    not (SHARED / "data/wuenic").exists(), reason="wuenic is not in ../shared"
)
@pytest.mark.parametrize(
    ("name", "table", "rows"), [("facts", "wuenic", None), ("surveys", "surveys", 471)]
)
def test_malis_files_are_read_whole(tmp_path, name, table, rows):
    path = SHARED / f"data/wuenic/mali_wuenic_2023rev_{name}.csv"
    reading = sources.read([path], staging=tmp_path)[0]
    assert reading.findings == []
    assert reading.tables[table].num_rows == rows or rows is None

"""The tables that `boloci demo` prints."""

from boloci.cli.demo_tables import show_tables
from tests.spec.small_country import country, months, values

PLACES = """
place_id name level parent_id
C Country country .
D District district C
A Kologo area D
"""
GROUPS = """
group name kind place_id
gavi_44 Gavi programme D
learning_hub Hub programme D
learning_hub_trends Trends study A
mopti_assist Assist project A
"""
TARGETS = """
population place_id year value source
surviving_infants A 2023 600 official
live_births A 2023 800 official
surviving_infants A 2023 1200 worldpop
"""
MEASURES = """
indicator place_id period sex numerator denominator value source
complete_immunisation mopti_assist 201610 male 41 100 . team
"""


def test_the_demo_shows_coverage_of_the_official_target_where_there_are_others(
    tmp_path, capsys
):
    told = country(
        tmp_path / "w",
        places=PLACES,
        groups=GROUPS,
        targets=TARGETS,
        measures=MEASURES,
        values=values(months("DTP1", "A", 2023, " ".join(["40"] * 12))),
    )
    show_tables(told.workspace)
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    one_quarter = [line for line in shown if "2023Q1" in line and "120" in line]
    assert one_quarter == [["2023Q1", "120", "80,0", "120", "80,0", "120", "80,0"]]
    assert ["Kologo", "80", "80", "80", "80"] in shown

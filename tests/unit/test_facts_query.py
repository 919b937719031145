import pytest
from published_by_hand import BUILD, fact, publish

import boloci
from boloci.problems import Refused
from boloci.published import Published
from boloci.tables import FACTS, Finding


@pytest.fixture(scope="module")
def mali(tmp_path_factory):
    """One published build for every test: a build never changes."""
    return publish(
        tmp_path_factory.mktemp("mali"),
        [
            fact(place_id="ML", value=900.0),
            fact(place_id="R1", value=400.0),
            fact(place_id="R2", value=500.0),
            fact(place_id="D1", value=400.0),
            fact(place_id="D2", value=500.0),
            fact(place_id="A1", value=300.0),
            fact(place_id="A1", value=140.0, sex="female"),
            fact(place_id="A2", value=400.0),
            fact(place_id="A3", value=None),
            fact(place_id="lh", value=700.0),
            fact(place_id="ML", period="2023", value=3_600.0),
            fact(place_id="ML", period="2022", value=3_500.0),
            fact(place_id="ML", period="202401", value=310.0),
            fact("dtp1_coverage", value=90.0, denominator_source="target"),
            fact("dtp1_coverage", value=95.0, denominator_source="un", method="both"),
        ],
        (
            Finding(
                "outlier_high", element="DTP1", place_id="A1", period_start="202402"
            ),
            Finding("over_100", indicator="dtp1_coverage", place_id="R1"),
            Finding("file_spaces", severity="info", params={"file": "x.csv"}),
        ),
    )


def places(table) -> list[str]:
    return table.column("place_id").to_pylist()


def values(table) -> list[float]:
    return table.column("value").to_pylist()


def code(refused) -> str:
    return refused.value.problems[0].code


def test_no_filter_gives_every_stored_row_in_the_published_schema(mali):
    table = mali.facts()
    assert table.schema.equals(FACTS)
    assert table.num_rows == 15


def test_a_place_alone_is_that_place_alone(mali):
    assert set(places(mali.facts(place="Mali"))) == {"ML"}


def test_a_place_with_a_level_is_every_place_of_that_level_inside_it(mali):
    table = mali.facts(place="R2", level="area", sex="total")
    assert places(table) == ["A1", "A3"]


def test_a_level_alone_is_the_whole_level(mali):
    assert places(mali.facts(level="region")) == ["R1", "R2"]


def test_a_group_with_a_level_gives_its_members_of_that_level(mali):
    table = mali.facts(place="learning hub", level="area", sex="total")
    assert set(places(table)) == {"A1", "A2"}


@pytest.mark.parametrize(
    "text", ["A1", "N'Debougou", "ndebougou", "N’DÉBOUGOU", "Ségou / Ndebougou"]
)
def test_a_place_is_known_by_id_name_or_path_without_accents_or_case(mali, text):
    assert set(places(mali.facts(place=text))) == {"A1"}


def test_an_alias_names_its_place(mali):
    assert places(mali.facts(place="SEGOU VILLE")) == ["D2"]


def test_a_name_of_several_levels_means_the_highest(mali):
    assert places(mali.facts(place="segou")) == ["R2"]


def test_several_places_of_one_level_are_listed(mali):
    with pytest.raises(Refused) as refused:
        mali.facts(place="Kologo")
    assert code(refused) == "place_ambiguous"
    told = refused.value.problems[0].values
    assert told["count"] == 2
    assert "A2: Mali / Sikasso / Bougouni" in told["places"]
    assert "A3: Mali / Ségou / Ségou" in told["places"]


def test_a_path_tells_two_places_of_one_name_apart(mali):
    assert places(mali.facts(place="Bougouni / Kologo")) == ["A2"]


def test_several_places_are_alternatives(mali):
    assert places(mali.facts(place=["R1", "D2"])) == ["R1", "D2"]


def test_an_unknown_place_names_the_closest(mali):
    with pytest.raises(Refused) as refused:
        mali.facts(place="Bougoni")
    assert code(refused) == "place_unknown"
    assert "Bougouni" in refused.value.problems[0].values["closest"]


def test_one_period_is_that_period_alone(mali):
    assert values(mali.facts(place="ML", indicator="dtp1_doses", period="2024Q1")) == [
        900.0
    ]


def test_a_month_may_be_typed_with_a_dash(mali):
    for period in ("2024-01", " 2024-01 ", "2024-01..2024-03", "2023-12..202401"):
        table = mali.facts(place="ML", indicator="dtp1_doses", period=period)
        assert table.column("period").to_pylist() == ["202401"], period


def test_a_run_of_periods_is_of_one_kind(mali):
    table = mali.facts(period="2019..2023")
    assert table.column("period").to_pylist() == ["2022", "2023"]


@pytest.mark.parametrize(
    ("period", "problem"),
    [
        ("2024W5", "period_unknown"),
        ("2023..2024Q1", "period_kinds_differ"),
        ("2023..2019", "period_reversed"),
        ("2019..", "period_unknown"),
        ("2019-2023", "period_unknown"),
        ("2019-23", "period_unknown"),
        ("2024-1", "period_unknown"),
        ("2024-01-01", "period_unknown"),
        ("2024-Q1", "period_unknown"),
        ("2023..2024-01", "period_kinds_differ"),
    ],
)
def test_a_period_that_cannot_be_understood_is_refused(mali, period, problem):
    with pytest.raises(Refused) as refused:
        mali.facts(period=period)
    assert code(refused) == problem


def test_sex_total_means_rows_over_both_sexes(mali):
    assert values(mali.facts(place="A1", sex="total")) == [300.0]
    assert values(mali.facts(place="A1", sex="female")) == [140.0]


def test_method_and_denominator_restrict(mali):
    table = mali.facts(indicator="dtp1_coverage", method="both", denominator=["un"])
    assert values(table) == [95.0]
    assert values(mali.facts(denominator="target")) == [90.0]


def test_a_word_outside_the_list_is_refused(mali):
    with pytest.raises(Refused) as refused:
        mali.facts(method="magic")
    assert code(refused) == "choice_unknown"


def test_what_a_person_types_is_never_sql(mali):
    with pytest.raises(Refused) as refused:
        mali.facts(place="x' OR 1=1 --")
    assert code(refused) == "place_unknown"


def test_an_unreported_value_stays_null(mali):
    assert values(mali.facts(place="A3")) == [None]


def test_no_row_is_an_empty_table_with_the_schema(mali):
    table = mali.facts(period="2030")
    assert (table.num_rows, table.schema) == (0, FACTS)


def test_before_the_first_build_the_refusal_says_what_to_run(tmp_path):
    from boloci import workspace

    with pytest.raises(Refused) as refused:
        workspace.init(tmp_path).facts()
    assert code(refused) == "facts_none"


@pytest.fixture
def published_twice(tmp_path):
    """The same figure in two builds, the later one published."""
    mali = publish(tmp_path, [fact(place_id="R1", value=400.0)])
    assert values(mali.facts(place="R1")) == [400.0]
    publish(mali.root, [fact(place_id="R1", value=401.0)], build="later")
    return mali


def test_a_new_build_is_seen_by_the_next_call(published_twice):
    assert values(published_twice.facts(place="R1")) == [401.0]


def test_an_older_build_reads_as_it_was_published(published_twice):
    assert values(published_twice.facts(place="R1", build=BUILD)) == [400.0]


@pytest.mark.parametrize("build", ["gone", "../boloci/later", "/etc/passwd"])
def test_a_build_that_is_not_kept_is_refused(mali, build):
    with pytest.raises(Refused) as refused:
        mali.facts(build=build)
    assert code(refused) == "build_missing"
    assert BUILD in refused.value.problems[0].values["kept"]


def test_a_facts_file_that_is_damaged_is_told_without_a_traceback(tmp_path):
    damaged = publish(tmp_path, [fact()], build="damaged")
    path = damaged.lake / "facts" / "boloci" / "damaged.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(Refused) as refused:
        damaged.facts()
    assert code(refused) == "facts_unreadable"


def test_the_level_may_be_given_in_the_workspaces_own_word(mali):
    renamed = boloci.workspace.Workspace(
        root=mali.root, levels={"area": {"fr": "Aire de santé", "en": "Health area"}}
    )
    assert set(places(renamed.facts(level="aire de sante"))) == {"A1", "A2", "A3"}


def test_findings_take_the_same_filters(mali):
    def rules(**asked):
        return mali.findings(**asked).column("rule").to_pylist()

    assert rules() == ["over_100", "outlier_high", "file_spaces"]
    assert rules(place="A1") == ["outlier_high"]
    assert rules(level="region") == ["over_100"]
    assert rules(severity="info") == ["file_spaces"]
    assert rules(rule="outlier_high") == ["outlier_high"]


def test_a_finding_of_a_month_is_found_by_its_quarter(mali):
    found = mali.findings(period="2024Q1").column("rule").to_pylist()
    assert found == ["outlier_high"]
    assert mali.findings(period="2024Q2").num_rows == 0


def test_a_method_of_few_indicators_is_read_without_asking_after_the_others(
    tmp_path, monkeypatch
):
    asked = []
    cursor = Published.cursor
    monkeypatch.setattr(
        Published, "cursor", lambda source: asked.append(source) or cursor(source)
    )
    adjusted = fact("dtp1_coverage", value=95.0, method="both")
    others = [fact(f"indicator_{n}", value=n + 1.0) for n in range(40)]
    queries = []
    for name, rows in (("few", [adjusted]), ("many", [adjusted, *others])):
        country = publish(tmp_path / name, rows)
        country.facts()  # what every question needs is read once
        asked.clear()
        assert values(country.facts(method="both")) == [95.0]
        assert country.facts(method="outliers").num_rows == 0
        queries.append(len(asked))
    assert queries[0] == queries[1]


def test_a_method_with_the_reported_one_gives_the_facts_of_each(mali):
    both, every = mali.facts(method=("reported", "both")), mali.facts()
    assert both.num_rows == every.num_rows
    assert values(mali.facts(method="both")) == [95.0]

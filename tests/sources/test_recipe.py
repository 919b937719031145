"""Recipes: a wide spreadsheet told once, read ever after."""

from dataclasses import replace

import pytest
from source_rows import rows, rules

from boloci.problems import Refused
from boloci.sources import columns, recipe
from boloci.sources.cells import Log
from boloci.sources.recipe import Recipe

LOCAL = (
    "Rapport mensuel;;;;\n"
    "Centre;Période;Enfants BCG;Enfants P1;Remarques\n"
    "Kologo;Janvier 2024;12;;\n"
    "Zana;Janvier 2024;1 200;9;\n"
)
BY_HAND = Recipe(
    name="rapport",
    header_rows=(2,),
    first_row=3,
    place=("Centre",),
    period=("Période",),
    values=("Enfants BCG", "Enfants P1"),
    measures={"Enfants BCG": "BCG", "Enfants P1": "DTP1"},
    blanks="keep",
    aggregate=False,
)


def test_a_proposal_shows_what_it_would_read(write):
    text = "District;Mois;BCG;Penta 1\nBla;Janvier 2024;5;6\n"
    found = recipe.propose(write("x.csv", text))
    assert found.recipe.place == ("District",)
    assert found.recipe.period == ("Mois",)
    assert found.lacks == ()
    assert found.preview.column("element").to_pylist() == ["BCG", "Penta 1"]


def test_a_column_of_remarks_is_no_place_and_is_told(write, read):
    text = "District;Mois;BCG;Remarques\nBla;Janvier 2024;5;ok\n"
    path = write("x.csv", text)
    assert recipe.propose(path).recipe.place == ("District",)
    (reading,) = read(path)
    assert rules(reading) == ["columns_not_used"]


def test_a_proposal_says_what_it_lacks_and_which_columns_there_are(write):
    found = recipe.propose(write("x.csv", ";Jan 2024;Feb 2024\nBla;1;2\n"))
    assert found.lacks == ("element",)
    assert found.columns == ("column A", "Jan 2024", "Feb 2024")
    assert found.preview is None


def test_a_file_without_figures_has_no_proposal(write):
    with pytest.raises(Refused) as caught:
        recipe.propose(write("x.csv", "a;b\nc;d\n"))
    assert caught.value.problems[0].code == "no_table_found"


def test_a_recipe_comes_back_from_its_yaml(tmp_path):
    path = tmp_path / "recipes" / "rapport.yaml"
    recipe.save(BY_HAND, path)
    assert recipe.load(path) == BY_HAND
    assert recipe.load_all(path.parent) == [BY_HAND]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("name: x\nheader_rows: [1]\nfirst_row: 2\nplaces: [a]\n", "places"),
        ("name: x\nheader_rows: 1\nfirst_row: 2\n", "header_rows"),
        ("name: x\nfirst_row: 2\n", "header_rows"),
        ("name: x\nheader_rows: [1]\nfirst_row: 2\ntable: facts\n", "table"),
        ("- a\n", "name"),
    ],
)
def test_a_malformed_recipe_names_its_key(tmp_path, text, key):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(Refused) as caught:
        recipe.load(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.values["key"]) == ("recipe_malformed", key)


def test_a_file_is_read_by_its_recipe(write, read):
    (reading,) = read(write("r.csv", LOCAL), recipes=[BY_HAND])
    found = [(r["element"], r["place"], r.get("value")) for r in rows(reading)]
    assert found == [
        ("BCG", "Kologo", 12),
        ("DTP1", "Kologo", None),
        ("BCG", "Zana", 1200),
        ("DTP1", "Zana", 9),
    ]
    assert not reading.aggregate
    assert reading.format == "spreadsheet rapport"


def test_next_month_a_line_more_above_the_header_changes_nothing(write, read):
    moved = "District de Bougouni;;;;\n" + LOCAL
    (reading,) = read(write("r.csv", moved), recipes=[BY_HAND])
    assert [row["row"] for row in rows(reading)] == [4, 4, 5, 5]


def test_a_recipe_names_the_columns_that_a_file_lacks(write):
    (sheet,) = recipe.sheets(write("r.csv", LOCAL.replace("Enfants P1", "Penta")))
    assert recipe.matching([BY_HAND], sheet) is None
    with pytest.raises(Refused) as caught:
        recipe.apply(BY_HAND, sheet, Log("r.csv"))
    (problem,) = caught.value.problems
    assert problem.code == "recipe_columns_missing"
    assert problem.values["columns"] == "Enfants P1"


def test_columns_can_be_targets(write, read):
    text = "District;Année;Naissances;Moins d'un an\nBla;2024;1 200;1 100\n"
    made = Recipe(
        name="cibles",
        header_rows=(1,),
        first_row=2,
        place=("District",),
        period=("Année",),
        table="targets",
        across=("element",),
        measures={"Naissances": "live_births", "Moins d'un an": "under_1"},
    )
    (reading,) = read(write("t.csv", text), recipes=[made])
    assert [
        (row["population"], row["place_id"], row["year"], row["value"])
        for row in rows(reading, "targets")
    ] == [("live_births", "Bla", 2024, 1200), ("under_1", "Bla", 2024, 1100)]


def test_columns_can_be_figures_of_one_report(write, read):
    text = "District;Mois;Attendus;Reçus;Autre\nBla;Janvier 2024;10;9;3\n"
    made = Recipe(
        name="rapports",
        header_rows=(1,),
        first_row=2,
        place=("District",),
        period=("Mois",),
        table="reports",
        across=("element",),
        measures={"Attendus": "expected", "Reçus": "received"},
        fixed={"dataset": "pev"},
    )
    (reading,) = read(write("t.csv", text), recipes=[made])
    (row,) = rows(reading, "reports")
    assert (row["dataset"], row["expected"], row["received"]) == ("pev", 10, 9)
    assert rules(reading) == ["columns_not_used"]


def test_what_the_file_does_not_say_can_be_fixed_by_the_recipe(write, read):
    made = replace(
        BY_HAND,
        place=("column A",),
        period=(),
        header_rows=(1,),
        first_row=2,
        values=("BCG",),
        measures={},
        fixed={"period": "Mars 2024"},
    )
    (reading,) = read(write("t.csv", "Nom;BCG\nBla;5\n"), recipes=[made])
    assert rows(reading)[0]["period"] == 202403


SPLIT = "Structure;Mois;Vaccin;Sexe;Tranche d'âge;Nb\nBla;2024-01;BCG;F;0-11 mois;4\n"


def test_columns_of_sex_and_age_are_told_as_the_option_of_a_value(write, read):
    (reading,) = read(write("t.csv", SPLIT), recipes=[])
    (row,) = rows(reading)
    assert (row["element"], row["option"], row["value"]) == ("BCG", "F, 0-11 mois", 4)


def test_girls_and_boys_in_rows_are_two_values_and_no_repeat(write, read):
    text = SPLIT + "Bla;2024-01;BCG;M;0-11 mois;5\n"
    (reading,) = read(write("t.csv", text), recipes=[])
    assert [row["value"] for row in rows(reading)] == [4, 5]
    assert "duplicate_disagree" not in rules(reading)


@pytest.mark.parametrize(
    "text",
    [
        SPLIT,
        LOCAL,
        "Structure,Données,Janvier 2024,Février 2024\nBla,Penta 1,4,5\n",
        "Aire;Mois;BCG;Penta 1;Obs\nBla;2024-01;4;5;ok\n",
        "Structure;Donnée;2023;2023;2024\n;;Nov;Dec;Jan\nBla;Penta 1;4;5;6\n",
    ],
)
def test_roles_of_columns_and_the_recipe_they_tell_are_inverse(write, text):
    (sheet,) = recipe.sheets(write("t.csv", text))
    guessed = columns.guess(sheet, "r")
    roles = columns.roles_of(guessed, sheet)
    told = columns.Told(
        roles, guessed.header_rows, guessed.first_row, fixed=guessed.fixed
    )
    made = columns.recipe_of(told, sheet, "r")
    assert columns.roles_of(made, sheet) == roles
    assert recipe.apply(made, sheet, Log("t.csv")).equals(
        recipe.apply(guessed, sheet, Log("t.csv"))
    )


def test_two_columns_of_one_header_can_be_told_apart(write):
    (sheet,) = recipe.sheets(write("t.csv", "Lieu;Nb;Nb\nBla;4;5\n"))
    assert columns.names(sheet, (1,)) == ("Lieu", "column B", "column C")


def test_what_a_person_told_comes_before_what_a_header_nearly_is(write, read):
    text = "element,place_id,mois,n\nPenta 1,Bla,2024-01,4\n"
    path = write("t.csv", text)
    with pytest.raises(Refused):
        read(path, recipes=[])
    (sheet,) = recipe.sheets(path)
    roles = ("element", "place", "period", "figure")
    made = columns.recipe_of(columns.Told(roles, (1,), 2), sheet, "presque")
    (reading,) = read(path, recipes=[made])
    assert rows(reading)[0]["value"] == 4


JUNK = Recipe(name="badcols", header_rows=(), first_row=2)
TIDY = "element,place_id,period,value\nDTP1,A1,202401,5\n"


def test_a_recipe_that_names_no_column_takes_no_text_file(write, read):
    made = replace(JUNK, fixed={"place": "A1", "period": "2024", "element": "DTP1"})
    for each in (JUNK, made):
        (reading,) = read(write("good.csv", TIDY), recipes=[each])
        assert reading.format == "tidy values"


def test_a_recipe_that_names_no_column_reads_the_sheet_of_its_title_alone(write):
    (sheet,) = recipe.sheets(write("x.csv", "Bla,4\n"))
    told = {"place": "A1", "period": "2024", "element": "DTP1"}
    made = replace(JUNK, sheet="Janvier", fixed=told)
    assert recipe.matching([made], replace(sheet, title="Janvier")) == made
    assert recipe.matching([made], replace(sheet, title="Notes")) is None


def test_a_file_without_headers_is_known_by_the_periods_where_they_stand(write):
    bare = Recipe(
        name="bare",
        header_rows=(),
        first_row=1,
        place=("column A",),
        period=("column B",),
        values=("column C",),
        fixed={"element": "BCG"},
    )
    for text, known in (
        ("Bla,2024-01,4\nZana,2024-01,5\n", True),
        ("place,period,value\nBla,Total,4\n", False),
        ("Bla,Zana,4\n", False),
        ("Bla,2024W05,4\n", False),
    ):
        (sheet,) = recipe.sheets(write("x.csv", text))
        assert (recipe.matching([bare], sheet) is not None) == known, text


def test_months_over_columns_without_other_names_are_enough_to_know_a_file(write):
    (sheet,) = recipe.sheets(write("x.csv", ";Jan 2024;Feb 2024\nBla;1;2\n"))
    guessed = recipe.propose(write("x.csv", ";Jan 2024;Feb 2024\nBla;1;2\n")).recipe
    made = replace(guessed, fixed={"element": "BCG"})
    assert recipe.matching([made], sheet) == made
    for other in (TIDY, "Quoi;Jan 2024\nBCG;1\n", ";BCG\nBla;1\n"):
        (sheet,) = recipe.sheets(write("y.csv", other))
        assert recipe.matching([made], sheet) is None, other


@pytest.mark.parametrize("part", ["place", "period"])
def test_a_recipe_without_places_or_periods_takes_no_file(write, part):
    (sheet,) = recipe.sheets(write("r.csv", LOCAL))
    assert recipe.matching([replace(BY_HAND, **{part: ()})], sheet) is None


def test_a_proposal_that_no_file_could_be_told_by_says_so(write):
    found = recipe.propose(write("x.csv", "Bla,4\nZana,5\n"))
    told = {"place": "A1", "period": "2024", "element": "DTP1"}
    (sheet,) = recipe.sheets(write("x.csv", "Bla,4\nZana,5\n"))
    made = recipe.proposal(replace(found.recipe, fixed=told), sheet, "x.csv")
    assert made.problems == ("recipe_names_nothing",)


def test_a_file_refused_by_a_recipe_names_the_recipe_and_how_to_take_it_away(
    write, refused, tmp_path
):
    kept = tmp_path / "recipes" / "mensuel.yaml"
    recipe.save(BY_HAND, kept)
    path = write("r.csv", LOCAL.replace("Zana;Janvier 2024", "Zana;le matin"))
    *_, told = refused(path, recipes=recipe.load_all(kept.parent))
    assert (told.code, told.where.file) == ("read_by_recipe", "r.csv")
    assert told.values == {"recipe": "rapport", "kept": "mensuel"}


def test_the_recipe_is_named_however_many_cells_are_refused(write, refused, tmp_path):
    kept = tmp_path / "recipes" / "mensuel.yaml"
    recipe.save(BY_HAND, kept)
    bad = "".join(f"Kologo {n};le matin;12;9;\n" for n in range(30))
    *_, told = refused(write("r.csv", LOCAL + bad), recipes=[recipe.load(kept)])
    assert told.code == "read_by_recipe"

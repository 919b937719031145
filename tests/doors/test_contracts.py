"""The contract that lists what a room may import."""

from grimp import ImportGraph

from doors.contracts import OnlyContract


def _check(*imports: tuple[str, str]) -> list[tuple[str, str]]:
    graph = ImportGraph()
    for module in ("house", "house.pure", "house.pure.sums", "house.tables"):
        graph.add_module(module)
    for importer, imported in imports:
        graph.add_module(imported, is_squashed=not imported.startswith("house"))
        graph.add_import(importer=importer, imported=imported)
    options = {"room": "house.pure", "allowed": ["house.tables", "numpy"]}
    contract = OnlyContract("pure", {}, options)
    return contract.check(graph, verbose=False).metadata["wrong"]


def test_a_room_may_import_itself_and_what_is_listed():
    assert (
        _check(
            ("house.pure.sums", "house.tables"),
            ("house.pure.sums", "numpy"),
            ("house.pure.sums", "house.pure"),
        )
        == []
    )


def test_an_import_that_is_not_listed_breaks_the_contract():
    assert _check(("house.pure.sums", "time")) == [("house.pure.sums", "time")]


def test_a_name_that_only_begins_like_a_listed_one_is_not_listed():
    wrong = [("house.pure.sums", "numpy_financial")]
    assert _check(*wrong) == wrong

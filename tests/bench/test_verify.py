"""The page of `make verify` hides nothing that failed or could not run."""

from bench.__main__ import well
from bench.measure import Line, Table
from bench.verify import page

TESTS = [
    ("a build killed at fifty moments", "passed", "61 s"),
    ("a disk that fills up", "skipped", "needs Linux"),
    ("two at once", "failed", "lost one"),
]
LINES = [
    Line(
        "import: rate", 2.6, 2.5, at_least=True, unit="x", detail="ours 1 s; peer 2 s"
    ),
    Line("import: peak memory", 310, 300, unit="MB"),
    "build: could not run: no yardstick on this machine",
]


def test_a_limit_that_was_not_kept_is_marked():
    written = page(TESTS, LINES, minutes=90)
    assert "| import: rate | 2.6 x | >= 2.5 | kept |" in written
    assert "| import: peak memory | 310 MB | <= 300 | **not kept** |" in written


def test_what_could_not_run_or_failed_is_listed_with_its_reason():
    written = page(TESTS, LINES, minutes=90)
    missing = written[written.index("## Not run, or failed") :]
    assert "no yardstick on this machine" in missing
    assert "a disk that fills up: needs Linux" in missing
    assert "two at once: lost one" in missing
    assert "fifty moments" not in missing


def test_the_page_names_machine_and_commit():
    written = page([], [], minutes=1)
    for word in ("Commit:", "Processor:", "Memory:", "Python"):
        assert word in written


def test_a_page_of_some_benches_says_that_it_is_not_all() -> None:
    assert "- Only: look, alarms; no long tests" in page([], [], 1, ["look", "alarms"])
    assert "- Only" not in page([], [], 1)


def test_a_table_is_on_the_page_and_fails_nothing() -> None:
    table = Table("By country", ("country", "error"), (("one", "0.1"), ("two", "0.2")))
    written = page([], [table], minutes=1)
    assert (
        "## By country\n\n| country | error |\n| --- | --- |\n| one | 0.1 |" in written
    )
    assert well(table)
    assert not well("estimate: failed: no memory")

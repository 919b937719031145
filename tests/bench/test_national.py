"""The benches of national size, on a country of a few areas."""

import csv
import sys

import pytest

from bench import dhis2_files, national, national_files
from bench.measure import measured, python
from boloci import sources
from tests.conftest import SHARED

AREAS, MONTHS = 8, 24


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    generate = SHARED / "bench" / "generate.py"
    if not generate.exists():
        pytest.skip("bench/generate.py is not in ../shared nor in BOLOCI_SHARED")
    folder = tmp_path_factory.mktemp("country")
    measured([sys.executable, generate, folder, str(AREAS), str(MONTHS)])
    return folder


def test_our_functions_give_the_figures_of_the_yardstick(country, shared):
    peer = measured([sys.executable, shared("bench/pandas_peer.py"), country])
    theirs = national.figures(peer)
    ours = national.figures(python("bench.yardstick", country))
    assert set(ours) == set(theirs)
    assert len(theirs) == 9
    assert ours == pytest.approx(theirs, rel=national.AGREE)


def test_the_tidy_files_hold_every_value_of_the_yardstick(country, tmp_path):
    rows = national_files.make(country, tmp_path)
    with (tmp_path / "values.csv").open() as file:
        values = list(csv.DictReader(file))
    assert len(values) == rows > 10_000
    assert {value["sex"] for value in values} == {"female", "male"}
    readings = sources.read(sorted(tmp_path.glob("*.csv")), staging=_new(tmp_path))
    assert {reading.format.split()[0] for reading in readings} == {"tidy"}


def test_the_dhis2_files_of_the_benches_are_read_as_dhis2(tmp_path):
    dhis2_files.make_csv(tmp_path / "values.csv", 1_000)
    dhis2_files.make_json(tmp_path / "pages", 1_000, 300)
    files = [tmp_path / "values.csv", *sorted((tmp_path / "pages").iterdir())]
    readings = sources.read(files, staging=_new(tmp_path))
    assert {reading.format.split()[0] for reading in readings} == {"dhis2"}
    assert len(files) == 5


def _new(folder):
    staging = folder / "staging"
    staging.mkdir()
    return staging

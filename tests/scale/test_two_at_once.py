"""Two writers take turns; a reader never sees half a publication."""

import subprocess
import threading

from tests.scale.country import (
    ENVIRONMENT,
    YEARS,
    boloci,
    command,
    facts,
    imports,
    write_country,
)


def _started(*words: str) -> subprocess.Popen:
    return subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_two_imports_at_once_both_land(built, tmp_path):
    files = write_country(tmp_path / "files")
    workspace = tmp_path / "workspace"
    boloci(tmp_path, "init", workspace)
    both = [_started(*command(workspace, "import", *files[year])) for year in YEARS]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert imports(workspace) == 2
    boloci(workspace, "verify")
    boloci(workspace, "build")
    assert facts(workspace) == built.after


def test_the_same_import_twice_at_once_lands_once(tmp_path):
    files = write_country(tmp_path / "files")
    workspace = tmp_path / "workspace"
    boloci(tmp_path, "init", workspace)
    words = command(workspace, "import", *files[YEARS[0]])
    both = [_started(*words), _started(*words)]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert imports(workspace) == 1


def test_readers_during_a_publication_see_the_old_or_the_new_facts_whole(
    built, tmp_path
):
    workspace = built.copy(tmp_path)
    boloci(workspace, "import", *built.later)
    seen, done = [], threading.Event()

    def read():
        while not done.is_set():
            seen.append(facts(workspace))

    reader = threading.Thread(target=read)
    reader.start()
    boloci(workspace, "build")
    done.set()
    reader.join()
    assert all(facts_ in (built.before, built.after) for facts_ in seen)
    assert seen
    assert facts(workspace) == built.after, "stale"


def test_an_open_reader_sees_a_publication_at_its_next_question(built, tmp_path):
    import boloci as product

    workspace = built.copy(tmp_path)
    opened = product.open(workspace)
    asked = {"indicator": "dtp1_doses", "level": "country", "period": "2023"}
    assert opened.facts(**asked).num_rows == 0
    boloci(workspace, "import", *built.later)
    boloci(workspace, "build")
    assert opened.facts(**asked).num_rows == 1

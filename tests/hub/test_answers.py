"""What is worked out once for all readers, and shown to each as far as he may see."""

from typing import Any

import pyarrow as pa
import pytest

from boloci import pipeline
from boloci.facts import facts as _facts
from boloci.hub import answers, reading
from boloci.hub.answers import answer
from boloci.hub.current import current
from boloci.hub.rights import EVERYTHING, public
from boloci.problems import Refused
from tests.hub.conftest import Hub


class Asking:
    """`boloci.facts.facts`, counting how often it is really asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, workspace: Any, **asked: Any) -> pa.Table:
        self.times += 1
        return _facts(workspace, **asked)


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Counts what is really asked; nothing is kept of other tests."""
    answers._kept.clear()
    counting = Asking()
    monkeypatch.setattr(reading.figures, "facts", counting)
    return counting


ASKED: dict[str, Any] = {"indicator": ["dtp1_coverage"], "period": "2022"}


def test_a_second_reader_of_the_same_figures_waits_for_no_computing(
    hub: Hub, asking: Asking
) -> None:
    first = reading.facts(EVERYTHING, **ASKED)
    again = reading.facts(public(), **ASKED)
    assert asking.times == 1
    assert again.num_rows < first.num_rows, "of these, only what everyone may see"


def test_what_was_kept_for_the_office_tells_the_public_nothing_of_areas(
    hub: Hub, asking: Asking
) -> None:
    assert set(reading.facts(EVERYTHING, **ASKED)["level"].to_pylist()) >= {"area"}
    told = set(reading.facts(public(), **ASKED)["level"].to_pylist())
    assert told <= {"country", "region", "district", "group"}


def test_other_words_are_another_question(hub: Hub, asking: Asking) -> None:
    reading.facts(EVERYTHING, **ASKED)
    reading.facts(EVERYTHING, **{**ASKED, "period": "2023"})
    reading.facts(EVERYTHING, **ASKED, level="district")
    assert asking.times == 3


def test_a_new_build_is_asked_anew(own_hub: Hub, asking: Asking) -> None:
    before = reading.facts(EVERYTHING, **ASKED)["build"][0].as_py()
    pipeline.build(own_hub.workspace)
    after = reading.facts(EVERYTHING, **ASKED)["build"][0].as_py()
    assert asking.times == 2
    assert before != after


def test_a_build_asked_for_by_name_is_not_kept(hub: Hub, asking: Asking) -> None:
    named = {**ASKED, "build": current().build}
    for _ in range(2):
        reading.facts(EVERYTHING, **named)
    assert asking.times == 2


def test_a_refusal_is_told_each_time(hub: Hub, asking: Asking) -> None:
    for _ in range(2):
        with pytest.raises(Refused):
            reading.facts(EVERYTHING, indicator="nonsense")
    assert asking.times == 2


def test_large_answers_are_not_kept_and_the_others_have_a_bounded_room(
    hub: Hub, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = answer(asking, **ASKED).nbytes
    answers._kept.clear()
    monkeypatch.setattr(answers, "ROOM", 2 * size)
    for period in ("2022", "2023", "2022", "2021", "2020", "2022"):
        answer(asking, **{**ASKED, "period": period})
    assert sum(each for each, _ in answers._kept.values()) <= 2 * size
    monkeypatch.setattr(answers, "LARGEST", size - 1)
    answers._kept.clear()
    answer(asking, **ASKED)
    assert not answers._kept


def test_rows_that_a_page_changes_are_its_own(hub: Hub) -> None:
    first = reading.look(EVERYTHING, level="area")
    known = first[0]["place"]
    first[0]["place"] = "changed"
    assert reading.look(EVERYTHING, level="area")[0]["place"] == known

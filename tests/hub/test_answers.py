"""What is worked out once for all readers, and shown to each as far as he may see."""

from dataclasses import dataclass
from typing import Any, get_type_hints

import pyarrow as pa
import pytest

from boloci import inequality as measuring
from boloci import look as looking
from boloci import pipeline
from boloci import ranges as ranging
from boloci import side_by_side as telling
from boloci.facts import facts
from boloci.hub import answers, bodies, reading
from boloci.hub.answers import answer
from boloci.hub.current import current
from boloci.hub.rights import EVERYTHING, public
from boloci.problems import Refused
from tests.hub.conftest import Hub

pytestmark = pytest.mark.reading


@dataclass
class Asking:
    """`boloci.facts.facts`, counting how often it is really asked."""

    times: int = 0

    def ask(self, workspace: Any, **asked: Any) -> pa.Table:
        self.times += 1
        return facts(workspace, **asked)


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Counts what is really asked; nothing is kept of other tests."""
    answers._kept.clear()
    monkeypatch.setattr(answers, "DEAR", 60.0)  # what is kept on disk has its own tests
    counting = Asking()
    monkeypatch.setattr(reading.figures, "facts", counting.ask)
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


@pytest.mark.parametrize("other", ["build", "profile"])
def test_what_another_build_is_asked_for_is_not_kept(
    hub: Hub, asking: Asking, other: str
) -> None:
    named = {"build": current().build, "profile": "boloci"}
    for _ in range(2):
        reading.facts(EVERYTHING, **ASKED, **{other: named[other]})
    assert asking.times == 2


def test_a_refusal_is_told_each_time(hub: Hub, asking: Asking) -> None:
    for _ in range(2):
        with pytest.raises(Refused):
            reading.facts(EVERYTHING, indicator="nonsense")
    assert asking.times == 2


def test_large_answers_are_not_kept_and_the_others_have_a_bounded_room(
    hub: Hub, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = answer(asking.ask, **ASKED).nbytes
    answers._kept.clear()
    monkeypatch.setattr(answers, "ROOM", 2 * size)
    for period in ("2022", "2023", "2022", "2021", "2020", "2022"):
        answer(asking.ask, **{**ASKED, "period": period})
    assert sum(each for each, _ in answers._kept.values()) <= 2 * size
    monkeypatch.setattr(answers, "LARGEST", size - 1)
    answers._kept.clear()
    answer(asking.ask, **ASKED)
    assert not answers._kept


def test_rows_that_a_page_changes_are_its_own(hub: Hub) -> None:
    first = reading.look(EVERYTHING, level="area")
    known = first[0]["place"]
    first[0]["place"] = "changed"
    assert reading.look(EVERYTHING, level="area")[0]["place"] == known


QUESTIONS: dict[str, tuple[Any, tuple[str, ...], dict[str, Any]]] = {
    "facts": (facts, (), ASKED),
    "ranges": (ranging.ranges, ("dtp1_coverage",), {"period": "2022"}),
    "look": (looking.told, (), {"level": "area"}),
    "inequality": (measuring.inequality, ("dtp1_coverage",), {"over": "district"}),
    "side by side": (telling.side_by_side, ("dtp1_coverage",), {}),
}


@pytest.mark.parametrize("named", QUESTIONS)
def test_another_process_finds_on_disk_just_what_was_worked_out(
    own_hub: Hub, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    ask, given, asked = QUESTIONS[named]
    if named in ("ranges", "side by side", "inequality"):
        asked = {**asked, "place": own_hub.places("country")[0].place_id}
    monkeypatch.setattr(answers, "DEAR", 0.0)
    answers._kept.clear()
    made = answer(ask, *given, **asked)
    answers._kept.clear()  # as in a process that has just started

    def never(*_given: Any, **_asked: Any) -> Any:
        raise AssertionError("worked out again")

    never.__module__, never.__qualname__ = ask.__module__, ask.__qualname__
    never.__annotations__ = get_type_hints(ask)
    found = answer(never, *given, **asked)
    assert found == made
    assert len(found)


def test_an_answer_that_a_power_cut_left_half_is_worked_out_again(
    own_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "DEAR", 0.0)
    answers._kept.clear()
    made = answer(looking.told, level="area")
    (file,) = (own_hub.workspace.root / "cache" / "answers").rglob("*.answer")
    file.write_bytes(file.read_bytes()[:-20])
    answers._kept.clear()
    assert answer(looking.told, level="area") == made


def test_answers_of_a_build_that_is_gone_are_thrown_away(own_hub: Hub) -> None:
    gone = own_hub.workspace.root / "cache" / "answers" / "000000-2020-01-01"
    gone.mkdir(parents=True)
    bodies.prune()
    assert not gone.exists()

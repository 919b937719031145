"""The process that draws: started on need, replaced when killed, ended when idle."""

from collections.abc import Iterator

import pytest

from boloci.charts import pens
from boloci.charts.pens import NotDrawnError, Pen

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"></svg>'


@pytest.fixture
def pen() -> Iterator[Pen]:
    one = Pen()
    yield one
    one.end()


def drawn(pen: Pen) -> bytes:
    return pen.draw("svg_to_png", svg=SVG)[:8]


def test_a_picture_is_drawn_by_another_process(pen: Pen) -> None:
    assert drawn(pen) == b"\x89PNG\r\n\x1a\n"
    assert pen._process is not None
    assert pen._process.poll() is None


def test_a_killed_process_is_replaced_and_the_picture_drawn(pen: Pen) -> None:
    drawn(pen)
    assert pen._process is not None
    pen._process.kill()
    pen._process.wait()
    assert drawn(pen)


def test_what_cannot_be_drawn_is_said_and_the_next_picture_is_drawn(pen: Pen) -> None:
    with pytest.raises(NotDrawnError):
        pen.draw("vegalite_to_svg", vl_spec={"mark": 1}, allowed_base_urls=[])
    assert drawn(pen)


def test_an_idle_process_is_ended(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pens, "IDLE", 0.0)
    drawn(pen)
    assert pen._rest is not None
    pen._rest.join(10)
    assert pen._process is None

"""Sparks: a tiny line for a cell of a table, written without Vega."""

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, EDGE = 96, 22, 3


def spark_svg(
    values: Sequence[float | None],
    *,
    title: str = "",
    reference: float | None = None,
    most: float | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Markup:
    """A tiny line as SVG to stand in a cell: gaps where nothing is, a dot at the end.

    values       in the order of time; None: a gap
    title        what it shows, for who does not see it; without one it is decoration,
                 hidden from screen readers (the figure stands beside it)
    reference    a level drawn thin behind the line: 100 %
    most         top of the scale, the same for all rows of a table; else its own.
                 The bottom is 0
    """
    known = [v for v in values if v is not None and v == v]
    top = max([most or 0, reference or 0, *known]) or 1
    step = (width - 2 * EDGE) / max(len(values) - 1, 1)

    def spot(at: int, value: float) -> str:
        high = min(max(value, 0), top) / top
        return (
            f"{EDGE + at * step:.4g},{height - EDGE - high * (height - 2 * EDGE):.4g}"
        )

    runs: list[list[str]] = [[]]
    for at, value in enumerate(values):
        if value is None or value != value:
            runs.append([])
        else:
            runs[-1].append(spot(at, value))
    drawn = "".join(_run(run) for run in runs if run)
    if reference is not None:
        y = spot(0, reference).split(",")[1]
        drawn = f'<path class="reference" d="M0,{y}H{width}"/>' + drawn
    if known:
        last = max(at for at, v in enumerate(values) if v is not None and v == v)
        x, y = spot(last, known[-1]).split(",")
        drawn += f'<circle cx="{x}" cy="{y}" r="2.5"/>'
    said = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    return Markup(
        f'<svg class="spark" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" {said}>{drawn}</svg>'
    )


def _run(run: Sequence[str]) -> str:
    if len(run) == 1:
        x, y = run[0].split(",")
        return f'<circle cx="{x}" cy="{y}" r="1.2"/>'
    return f'<polyline points="{" ".join(run)}"/>'

"""Numbers as DHIS2 writes them, one by one."""

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from boloci.sources.dhis2.arrays import Flags
from boloci.sources.dhis2.batch import Coded

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


def number(text: str, *, decimal: str = ".") -> float | None:
    """`12`, `-4`, `12.5`, `1.0E3`; None for anything else, infinity and NaN too."""
    plain = text.strip().replace(decimal, ".")
    if not _NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    return value if np.isfinite(value) else None


def parsed(
    texts: Mapping[int, str],
    value: npt.NDArray[np.float64],
    blank: Flags,
    *,
    decimal: str = ".",
) -> dict[int, str]:
    """Fill `value` and `blank` from texts by row; give back what is no number."""
    known: dict[str, float | None] = {}
    odd = {}
    for row, text in texts.items():
        if text not in known:
            known[text] = number(text, decimal=decimal)
        figure = known[text]
        if figure is not None:
            value[row] = figure
        elif text.strip():
            odd[row] = text
        else:
            blank[row] = True
    return odd


def of_column(
    column: Coded, *, decimal: str = "."
) -> tuple[npt.NDArray[np.float64], Flags, dict[int, str]]:
    """Values, blanks, and by row the texts that are no number, of a column of texts."""
    figure = [number(text, decimal=decimal) for text in column.texts]
    value = np.array([np.nan if f is None else f for f in figure] + [np.nan])
    none = np.array([f is None for f in figure] + [False], bool)
    odd = np.flatnonzero(none[column.codes])
    texts = {row: column.text(row) for row in odd.tolist()}
    return value[column.codes], column.codes < 0, texts

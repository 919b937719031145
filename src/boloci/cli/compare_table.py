"""One coverage by everyone who tells it, as a table for people."""

from collections.abc import Mapping

import pyarrow as pa

from boloci.cli.drawing import draw
from boloci.cli.fact_table import flag_codes, flag_marks, flag_notes
from boloci.cli.language import _
from boloci.cli.showing import (
    Row,
    labelled,
    number,
    rows_said,
    split_constant,
    table,
)
from boloci.telling.numbers import digits_of
from boloci.workspace import Workspace

SHOWN = 500


def show(workspace: Workspace, found: pa.Table, output: str | None) -> None:
    """Draw a row a year and teller, flags in words below."""
    rows = found.slice(0, SHOWN).to_pylist()
    marks = flag_marks(rows)
    texts = [_texts(row, marks) for row in rows]
    always = ("year", "teller", "value")
    headings, said = split_constant(_headings(), texts, always=always)
    lines = [labelled(name, text) for name, text in said.items()]
    below = [
        " · ".join(lines),
        _("A survey stands in the year its children were due their first doses."),
        *flag_notes(workspace, marks),
        rows_said(len(rows), found.num_rows),
    ]
    right = ("value", "lower", "upper", "effective")
    draw(table(headings, texts, right=right), [line for line in below if line], output)


def _headings() -> dict[str, str]:
    return {
        "place": _("place"),
        "year": _("year"),
        "teller": _("told by"),
        "value": _("value"),
        "lower": _("from"),
        "upper": _("to"),
        "flags": _("flags"),
        "sex": _("sex"),
        "effective": _("n eff."),
        "born": _("children born"),
        "name": _("what"),
        "shown": _("shown"),
        "indicator": _("indicator"),
    }


def _texts(row: Row, marks: Mapping[str, str]) -> dict[str, str]:
    """One telling in the words and numbers of the language."""
    digits = digits_of("percent")
    numbers = {
        name: "" if row[name] is None else number(row[name], digits)
        for name in ("lower", "upper")
    }
    born = [row["born_first"], row["born_last"]]
    return {
        **{name: str(row[name] or "") for name in ("place", "year", "indicator")},
        **numbers,
        "teller": _teller(row["teller"]),
        "value": number(row["value"], digits),
        "flags": "".join(marks[code] for code in flag_codes(row)),
        "sex": {"female": _("girls"), "male": _("boys")}.get(row["sex"] or "", ""),
        "effective": "" if row["effective"] is None else number(row["effective"], 0),
        "born": "" if None in born else " – ".join(map(_month, born)),
        "name": _official(row),
        "shown": "" if row["shown"] else _("not as coverage"),
    }


def _month(code: int) -> str:
    return f"{code // 100}-{code % 100:02d}"


def _official(row: Row) -> str:
    official = row["teller"] == "reported" and row["name"] == "target"
    return _("official target") if official else in_words(row["name"] or "")


def in_words(name: str) -> str:
    """A survey's name with what its result rests on, `Survey (codes, ages)`, in words.

    Codes are those of `tables.TIDY`, ages such as `12-23 m`.
    """
    survey, bracket, about = name.rpartition(" (")
    if not bracket or not about.endswith(")"):
        return name
    words = {
        "card": _("card only"),
        "history": _("recall only"),
        "card_or_history": _("card or recall"),
        "by_survey": _("by the day of the survey"),
        "by_12_months": _("before 12 months"),
        "crude": _("every dose"),
        "valid": _("valid doses"),
    }
    told = [
        words.get(code)
        or (_("{ages} months").format(ages=code[:-2]) if code[-2:] == " m" else code)
        for code in about[:-1].split(", ")
    ]
    return f"{survey} ({', '.join(told)})"


def _teller(teller: str) -> str:
    named = {
        "reported": _("reports"),
        "administrative": _("administrative (to WHO/UNICEF)"),
        "government": _("government (to WHO/UNICEF)"),
        "wuenic": _("WHO/UNICEF"),
        "survey": _("survey"),
        "lqas": _("lots, pooled"),
    }
    return named[teller]

"""Facts as a table for people: what differs in columns, what does not below it."""

from collections.abc import Mapping, Sequence
from string import ascii_letters

from boloci.cli.drawing import draw
from boloci.cli.language import _, spoken
from boloci.cli.showing import (
    MISSING,
    Row,
    coded,
    labelled,
    number,
    rows_said,
    split_constant,
    table,
)
from boloci.cli.tongue import TONGUE
from boloci.telling import methods
from boloci.telling.numbers import PERCENT, digits_of
from boloci.workspace import Workspace

RIGHT = ("value", "lower", "upper", "numerator", "denominator", "received")


def show(
    workspace: Workspace, rows: Sequence[Row], total: int, output: str | None = None
) -> None:
    """Draw facts, with what is the same everywhere and the flags in words below.

    One fact alone is told line by line.
    """
    marks = flag_marks(rows)
    texts = [{**fact_texts(row, marks), **_counted(workspace, row)} for row in rows]
    notes = flag_notes(workspace, marks)
    if len(rows) == 1:
        told = _told(fact_headings(), texts[0])
        lines = [labelled(name, text) for name, text in told.items()]
        draw(None, [*lines, *notes], output)
        return
    always = ("place", "period", "value")
    headings, said = split_constant(fact_headings(), texts, always=always)
    lines = [labelled(name, text) for name, text in said.items()]
    below = [" · ".join(lines), *notes, rows_said(len(rows), total)]
    draw(table(headings, texts, right=RIGHT), [line for line in below if line], output)


def _counted(workspace: Workspace, row: Row) -> dict[str, str]:
    """How a figure is counted, in words with the codes that ask for it."""
    method, source = row["method"] or "", row["denominator_source"] or ""
    names = workspace.catalogue.denominators
    over = names[source].name[spoken()] if source in names else ""
    return {
        "method": coded(methods.short(TONGUE, method), method),
        "denominator_source": coded(over, source),
    }


def _told(headings: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, str]:
    return {said: texts[name] for name, said in headings.items() if texts[name]}


def flag_codes(row: Row) -> list[str]:
    """The flags of a fact."""
    return [code for code in (row["flags"] or "").split(";") if code]


def flag_marks(rows: Sequence[Row]) -> dict[str, str]:
    """A letter for each flag that occurs, so that a column holds several."""
    codes = sorted({code for row in rows for code in flag_codes(row)})
    return dict(zip(codes, ascii_letters, strict=False))


def flag_notes(workspace: Workspace, marks: Mapping[str, str]) -> list[str]:
    """What each letter stands for, in words."""
    if not marks:
        return []
    words = workspace.catalogue.flags
    return [
        f"{letter}  {words.get(code, {}).get(spoken(), '')} ({code})"
        for code, letter in marks.items()
    ]


def fact_headings() -> dict[str, str]:
    """Columns of the facts table as people read them."""
    return {
        "indicator": _("indicator"),
        "place": _("place"),
        "level": _("level"),
        "period": _("period"),
        "sex": _("sex"),
        "method": _("method"),
        "denominator_source": _("over"),
        "value": _("value"),
        "flags": _("flags"),
        "lower": _("from"),
        "upper": _("to"),
        "numerator": _("numer."),
        "denominator": _("denom."),
        "received": _("reports"),
        "profile": _("profile"),
        "build": _("build"),
    }


def fact_texts(row: Row, marks: Mapping[str, str]) -> dict[str, str]:
    """One fact in the words and numbers of the language; `marks` stand for flags."""
    digits = digits_of(row["unit"])
    value = number(row["value"], digits)
    known = row["unit"] == "percent" and row["value"] is not None
    sign = PERCENT[spoken()] if known else ""
    reports = ""
    if row["expected"] is not None or row["received"] is not None:
        reports = f"{number(row['received'], 0)}/{number(row['expected'], 0)}"
    return {
        **{name: str(row[name] or "") for name in ("indicator", "place", "period")},
        "level": level_word(row["level"]),
        "sex": {"female": _("girls"), "male": _("boys")}.get(row["sex"] or "", ""),
        "value": value + sign,
        "lower": "" if row["lower"] is None else number(row["lower"], digits),
        "upper": "" if row["upper"] is None else number(row["upper"], digits),
        "numerator": count_text(row["numerator"]),
        "denominator": count_text(row["denominator"]),
        "received": "" if reports == f"{MISSING}/{MISSING}" else reports,
        "flags": "".join(marks[code] for code in flag_codes(row)),
        "profile": row["profile"] or "",
        "build": row["build"] or "",
    }


def count_text(value: float | None) -> str:
    """A numerator or denominator: whole if it is whole; blank if there is none."""
    if value is None:
        return ""
    return number(value, 0 if float(value).is_integer() else 1)


def level_word(level: str | None) -> str:
    """What a level is called in the language being spoken."""
    named = {
        "country": _("country"),
        "region": _("region"),
        "district": _("district"),
        "area": _("area"),
        "facility": _("facility"),
        "commune": _("commune"),
        "village": _("village"),
        "group": _("group"),
    }
    return named.get(level or "", level or "")

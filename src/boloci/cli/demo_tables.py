"""The tables of the Learning Hub, drawn from the demo's published facts."""

from collections.abc import Sequence
from typing import Any

from boloci.cli.drawing import draw
from boloci.cli.language import _
from boloci.cli.showing import number, say, table
from boloci.workspace import Workspace

QUARTERS = "2022Q1..2024Q4"
SITE_QUARTERS = "2022Q4..2024Q1"
GROUPS = ("gavi_44", "learning_hub")
SITES = "learning_hub_trends"
TEAM = "mopti_assist"


def show_tables(workspace: Workspace) -> None:
    """Doses and coverage by quarter, study sites, and the gap in Mopti."""
    say()
    say(_("SYNTHETIC DATA: no figure below describes a real place,"))
    say(_("except those the documents published for the study sites and Mopti."))
    _programme(workspace)
    _sites(workspace)
    _team(workspace)


def _programme(workspace: Workspace) -> None:
    """DTP1 doses and coverage by quarter: national, Gavi 44, Learning Hub."""
    asked = {"period": QUARTERS, "sex": "total", "method": "reported"}
    official = asked | {"denominator": "target"}
    rows = [
        *_rows(workspace, "dtp1_doses", level="country", **asked),
        *_rows(workspace, "dtp1_coverage", level="country", **official),
        *_rows(workspace, "dtp1_doses", place=GROUPS, **asked),
        *_rows(workspace, "dtp1_coverage", place=GROUPS, **official),
    ]
    headings = {"period": _("quarter")}
    lines: dict[str, dict[str, str]] = {}
    for place, name in _short(rows).items():
        headings[f"{place} doses"] = name
        headings[f"{place} coverage"] = "%"
    for row in rows:
        line = lines.setdefault(row["period"], {"period": row["period"]})
        kind = "doses" if row["indicator"] == "dtp1_doses" else "coverage"
        digits = 0 if kind == "doses" else 1
        line[f"{row['place_id']} {kind}"] = number(row["value"], digits) + mark(row)
    title = _("DTP1 doses, and coverage (%) of the official target, by quarter")
    numbers = [name for name in headings if name != "period"]
    ordered = [lines[period] for period in sorted(lines)]
    _draw(title, table(headings, ordered, right=numbers), rows)


def _short(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Short names of the country and the two groups, in that order."""
    country = next(row["place_id"] for row in rows if row["level"] == "country")
    return {
        country: _("national"),
        "gavi_44": "Gavi 44",
        "learning_hub": "Learning Hub",
    }


def _sites(workspace: Workspace) -> None:
    """DTP1 coverage of the study sites by quarter."""
    rows = _rows(
        workspace,
        "dtp1_coverage",
        place=SITES,
        level="area",
        period=SITE_QUARTERS,
        sex="total",
        method="reported",
        denominator="target",
    )
    title = _("DTP1 coverage of the study health areas (%)")
    _pivot(rows, title, key="place", heading=_("health area"))


def _team(workspace: Workspace) -> None:
    """Complete immunisation of boys and girls in the improvement project."""
    found = _rows(workspace, "complete_immunisation", place=TEAM)
    rows = [row for row in found if row["sex"]]
    named = {"female": _("girls"), "male": _("boys")}
    rows = [{**row, "child": named[row["sex"]]} for row in rows]
    title = _("Complete immunisation before one year, improvement project, Mopti (%)")
    _pivot(rows, title, key="child", heading=_("children"))


def _pivot(
    rows: Sequence[dict[str, Any]], title: str, *, key: str, heading: str
) -> None:
    periods = sorted({row["period"] for row in rows})
    lines: dict[str, dict[str, str]] = {}
    for row in rows:
        line = lines.setdefault(row[key], {key: row[key]})
        line[row["period"]] = number(row["value"], 0) + mark(row)
    headings = {key: heading, **{period: period for period in periods}}
    ordered = [lines[name] for name in sorted(lines)]
    _draw(title, table(headings, ordered, right=periods), rows)


def _draw(title: str, drawn: Any, rows: Sequence[dict[str, Any]]) -> None:
    say()
    say(title)
    draw(drawn, _legend(rows))


def mark(row: dict[str, Any]) -> str:
    """An asterisk beside a figure whose reports are not all in."""
    return "*" if "incomplete" in (row["flags"] or "").split(";") else ""


def _legend(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [_("* some expected reports are missing")] if any(map(mark, rows)) else []


def _rows(workspace: Workspace, indicator: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workspace.facts(
        indicator=indicator, **asked
    ).to_pylist()
    return found

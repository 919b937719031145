"""WHO/UNICEF estimates of national immunisation coverage (WUENIC): one country's files.

Contract. Two files of a revision, `COUNTRY_wuenic_2023rev_facts.csv` and
`..._surveys.csv`. Neither says its country or revision inside, so the file's name
must. Facts: fact, vaccine, year, value. Surveys: vaccine, cohort, survey, value,
title, yrcoll, confirm, age, val, ss. Figures are percentages, never doses; what a
government reported may pass 100. `NA` and blanks are missing.

Words of `fact`: `legacy` (WHO and UNICEF's own estimate), `gov` and `admin` (what the
government estimated, and reported from its doses), `vaccinated`, `target` (children,
as reported), `births_UNPD` and `si_UNPD` (United Nations: live births, surviving
infants), which become targets of source `un`.
Source: the working files of WUENIC, 2023 revision.
"""

import csv
import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias, TypeVar

import pyarrow as pa

from boloci.problems import Problem, Refused, Where, refuse
from boloci.sources import numbers, text_files
from boloci.sources.cells import MOST_PROBLEMS
from boloci.sources.duplicates import one_row_a_key
from boloci.sources.reading import Input, Progress, Reading
from boloci.sources.recognise import Head
from boloci.sources.words import fold
from boloci.tables import SNAPSHOT, TIDY, WUENIC_KEY, Finding

SYSTEM = "wuenic"
FACTS, SURVEYS = "wuenic facts", "wuenic surveys"
_COLUMNS = {
    FACTS: {"fact", "vaccine", "year", "value"},
    SURVEYS: {"vaccine", "cohort", "survey", "value"},
}
_KEPT = ("legacy", "gov", "admin", "vaccinated", "target")
_POPULATIONS = {"births_unpd": "live_births", "si_unpd": "surviving_infants"}
_NAME = re.compile(r"(?P<country>.+?)[_ -]wuenic[_ -]?(?P<revision>\d{4})", re.I)
_AGES = re.compile(r"(\d+)\s*-\s*(\d+)\s*m")
_EVIDENCE = {
    "card": ("card", "by_survey"),
    "history": ("history", "by_survey"),
    "card or history": ("card_or_history", "by_survey"),
    "c or h <12 months": ("card_or_history", "by_12_months"),
    "card <12 months": ("card", "by_12_months"),
}
_T = TypeVar("_T")
_DOTS = numbers.Style(".")

Row: TypeAlias = dict[str, str]


def recognise(head: Head) -> str | None:
    """`wuenic facts` or `wuenic surveys`, from the header alone."""
    if not text_files.is_text(head.start):
        return None
    found = _header(text_files.decoded(head.start))
    return found[1] if found else None


def _header(text: str) -> tuple[text_files.Header, str] | None:
    """The header row, and which of the two files it is of."""
    for header in text_files.headers(text):
        columns = {fold(name) for name in header.names}
        for kind, needed in _COLUMNS.items():
            if needed <= columns:
                return header, kind
    return None


def read(source: Input, *, staging: Path, progress: Progress) -> Reading:
    """One file of a revision as tables of a snapshot.

    Facts give `wuenic`, in the file's own words, and `targets` of source `un`; surveys
    give `surveys`, estimates as shares. Raises `Refused`: a name that tells no
    country or revision, cells that cannot be read.
    """
    country, revision = _of_name(source.name)
    file = text_files.open_text(source, staging)
    found = _header(text_files.decoded(text_files.start(file.path)))
    if not found:
        raise refuse("not_this_format", Where(source.name), format=SYSTEM)
    sheet = _Sheet(source.name, country, revision)
    rows = _rows(file.path, found[0])
    if not rows:
        raise refuse("no_rows", Where(source.name))
    made = sheet.facts(rows) if found[1] == FACTS else sheet.surveys(rows)
    if sheet.problems:
        raise Refused(*sheet.problems[:MOST_PROBLEMS])
    findings = [*file.findings, *sheet.findings]
    tables: dict[str, Any] = {}
    for name, given in made.items():
        key = WUENIC_KEY if name == "wuenic" else TIDY[name].key
        table = pa.Table.from_pylist(given, schema=SNAPSHOT[name])
        tables[name], told = one_row_a_key(
            table, key=key, file=source.name, staging=staging
        )
        findings += told
    progress("read", 1.0)
    return Reading(found[1], SYSTEM, tables, findings=findings)


def _of_name(name: str) -> tuple[str, str]:
    """Country and revision, from a file's name."""
    found = _NAME.match(PurePosixPath(name).name)
    if not found:
        raise refuse("wuenic_file_name", Where(name))
    return re.sub(r"[_-]+", " ", found["country"]).strip(), found["revision"]


def _rows(path: Path, header: text_files.Header) -> list[tuple[int, Row]]:
    """Filled rows by folded column name, with their record number (header: 1)."""
    names = [fold(name) for name in header.names]
    with path.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, delimiter=header.separator)
        records = [cells for cells in reader if any(map(str.strip, cells))]
    padded = (cells + [""] * (len(names) - len(cells)) for cells in records[1:])
    return [
        (number, {n: c.strip() for n, c in zip(names, cells, strict=False)})
        for number, cells in enumerate(padded, start=2)
    ]


@dataclass
class _Sheet:
    """One file while it is read: what it is of, and what cannot be read in it."""

    file: str
    country: str
    revision: str
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def facts(self, rows: list[tuple[int, Row]]) -> dict[str, list[dict[str, Any]]]:
        """Tables `wuenic` and `targets`."""
        kept: list[dict[str, Any]] = []
        targets: list[dict[str, Any]] = []
        unknown: dict[str, list[int]] = {}
        for number, row in rows:
            word = fold(row["fact"])
            told = {
                "place_id": self.country,
                "year": self._year(number, row, "year"),
                "value": self._number(number, row, "value"),
                "row": number,
            }
            if told["value"] is None:
                continue
            if word in _POPULATIONS:
                population = _POPULATIONS[word]
                targets.append({"population": population, "source": "un", **told})
            elif word in _KEPT:
                vaccine = fold(row["vaccine"])
                of = {"fact": word, "vaccine": vaccine, "revision": self.revision}
                kept.append({**of, **told})
            else:
                unknown.setdefault(row["fact"], []).append(number)
        self._tell("wuenic_fact_unknown", unknown)
        return {"wuenic": kept, "targets": targets}

    def surveys(self, rows: list[tuple[int, Row]]) -> dict[str, list[dict[str, Any]]]:
        """Table `surveys`. Fieldwork is known to the year."""
        kept = []
        unknown: dict[str, list[int]] = {}
        for number, row in rows:
            estimate = self._number(number, row, "value")
            if estimate is not None and estimate > 100:
                self._problem("wuenic_survey_over_100", number, "value", row["value"])
            evidence = _EVIDENCE.get(fold(row.get("confirm", "")))
            ages = _AGES.match(row.get("age", ""))
            if estimate is None or not evidence or not ages:
                unknown.setdefault(row.get("confirm", ""), []).append(number)
                continue
            year = self._year(number, row, "yrcoll")
            children = self._number(number, row, "ss")
            dose = fold(row.get("val", ""))
            kept.append(
                {
                    "survey": _survey_name(row),
                    "indicator": fold(row["vaccine"]),
                    "place_id": self.country,
                    "fieldwork_start": year and datetime.date(year, 1, 1),
                    "fieldwork_end": year and datetime.date(year, 12, 31),
                    "age_min_months": float(ages[1]),
                    "age_max_months": float(ages[2]),
                    "evidence": evidence[0],
                    "timing": evidence[1],
                    "dose": dose if dose in ("crude", "valid") else None,
                    "estimate": estimate / 100,
                    "n": children or None,
                    "cohort": self._year(number, row, "cohort"),
                    "row": number,
                }
            )
        self._tell("wuenic_survey_row_unclear", unknown)
        return {"surveys": kept}

    def _number(self, number: int, row: Row, column: str) -> float | None:
        text = row.get(column, "")
        return self._read(number, column, text, "not_a_number", _plain_number)

    def _year(self, number: int, row: Row, column: str) -> int | None:
        text = row.get(column, "")
        return self._read(number, column, text, "not_a_year", _plain_year)

    def _read(
        self,
        number: int,
        column: str,
        text: str,
        problem: str,
        parse: Callable[[str], _T | None],
    ) -> _T | None:
        try:
            return parse(text)
        except ValueError:
            self._problem(problem, number, column, text)
            return None

    def _problem(self, code: str, number: int, column: str, text: str) -> None:
        where = Where(self.file, row=number, column=column, text=text[:80])
        self.problems.append(Problem(code, where))

    def _tell(self, rule: str, unknown: dict[str, list[int]]) -> None:
        for word, rows in sorted(unknown.items()):
            params = {"file": self.file, "row": rows[0], "count": len(rows)}
            self.findings.append(Finding(rule, "info", params={**params, "text": word}))


def _survey_name(row: Row) -> str:
    """Title with the source's own identifier: two surveys may bear one title."""
    title = row.get("title", "")
    named = title and fold(title) != "na"
    return f"{title} ({row['survey']})" if named else row["survey"]


def _plain_number(text: str) -> float | None:
    value = numbers.parse(text, _DOTS)
    if value is not None and value < 0:
        raise ValueError(text)
    return value


def _plain_year(text: str) -> int | None:
    value = numbers.parse(text, _DOTS)
    if value is None or not (value.is_integer() and 1900 <= value <= 2199):
        raise ValueError(text)
    return int(value)

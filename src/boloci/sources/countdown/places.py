"""Districts, regions and country of the workbook, by any sheet's spelling."""

from dataclasses import dataclass, field
from typing import Any
from unicodedata import category

import pyarrow as pa
from rapidfuzz import fuzz, process

from boloci.sources.countdown.sheets import Sheet
from boloci.sources.words import fold, squeeze
from boloci.tables import SNAPSHOT, Finding

CLOSE = 75
"""How like (0-100) a name of the workbook must be to be offered as "did you mean"."""


def identifier(level: str, name: str) -> str:
    """`district.tana_river` of a level and a name, in any script."""
    return f"{level}.{'_'.join(_words(name))}"


def compact(name: str) -> str:
    """Letters and digits alone: `Homa Bay`, `Homabay` and `HOMA-BAY` are one."""
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    """Runs of letters and digits; vowel signs are part of the letter they stand by."""
    kept = (c if c.isalnum() or category(c)[0] == "M" else " " for c in fold(name))
    return "".join(kept).split()


@dataclass
class Known:
    """Places as Admin_data gives them; districts met elsewhere are added and told."""

    file: str
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    districts: dict[str, str] = field(default_factory=dict)
    """Identifier by compact name."""
    added: dict[str, dict[str, Any]] = field(default_factory=dict)
    doubts: list[Finding] = field(default_factory=list)
    country: str | None = None

    def district(self, name: str, sheet: str, row: int) -> str:
        """Identifier of a district by any sheet's spelling of its name."""
        key = compact(name)
        if key not in self.districts:
            place = identifier("district", name)
            self.districts[key] = place
            self._add(place, name, sheet, row)
        return self.districts[key]

    def find(self, name: str) -> str | None:
        """Identifier of a district or region, if the workbook has it."""
        key = compact(name)
        regions = (i for i in self.rows if i == identifier("region", name))
        return self.districts.get(key) or next(regions, None)

    def closest(self, name: str) -> list[str]:
        """Up to three districts with a like name."""
        names = [
            row["name"] for row in self.rows.values() if row["level"] == "district"
        ]
        found = process.extract(
            fold(name), names, scorer=fuzz.WRatio, processor=fold, score_cutoff=CLOSE
        )
        return [each[0] for each in found[:3]]

    def _add(self, place: str, name: str, sheet: str, row: int) -> None:
        had_admin = any(each["level"] == "district" for each in self.rows.values())
        if had_admin:
            self.added[place] = {
                "name": squeeze(name),
                "sheet": sheet,
                "row": row,
                "closest": ", ".join(self.closest(name)),
            }
        self.rows.setdefault(
            place,
            _place(place, name, "district", self.country, row, f"{sheet}!A{row}"),
        )

    def table(self) -> pa.Table:
        """The places, parents before children."""
        order = {"country": 0, "region": 1, "district": 2}
        rows = sorted(self.rows.values(), key=lambda row: order[row["level"]])
        return pa.Table.from_pylist(rows, schema=SNAPSHOT["places"])

    def findings(self) -> list[Finding]:
        """Doubts of Admin_data, and one for each district it does not have."""
        return self.doubts + [
            Finding(
                "district_not_in_admin",
                place_id=place,
                params={
                    "file": self.file,
                    "column": "district",
                    "text": e["name"],
                    **e,
                },
            )
            for place, e in self.added.items()
        ]


def known(sheet: Sheet | None, file: str) -> Known:
    """Places of Admin_data; none where the workbook has no such sheet.

    A district without a region lies below the country. A row without a country is of
    the sheet's only one: some write its name once.
    """
    found = Known(file)
    only = _only_country(sheet)
    for row in sheet.rows if sheet else []:
        assert sheet is not None
        country = sheet.text(row, "country") or only
        region = sheet.text(row, "first_admin_level")
        name, line = sheet.text(row, "district"), row.index + 1
        parent = None
        for level, title in (("country", country), ("region", region)):
            if title and compact(title):
                place = identifier(level, title)
                cell = f"{sheet.title}!A{line}"
                found.rows.setdefault(
                    place, _place(place, title, level, parent, line, cell)
                )
                parent = place
                found.country = place if level == "country" else found.country
        _district(found, sheet, name, parent, line)
    return found


def _only_country(sheet: Sheet | None) -> str:
    """The country of Admin_data; blank where it names none, or several."""
    named = [sheet.text(row, "country") for row in sheet.rows] if sheet else []
    texts = {compact(name): name for name in named if compact(name)}
    return next(iter(texts.values())) if len(texts) == 1 else ""


def _district(
    found: Known, sheet: Sheet, name: str, parent: str | None, line: int
) -> None:
    place = identifier("district", name)
    cell = f"{sheet.title}!C{line}"
    before = found.rows.get(found.districts.get(compact(name), ""))
    if before:
        rule = (
            "duplicate_agree" if before["parent_id"] == parent else "duplicate_disagree"
        )
        params = {
            "file": found.file,
            "sheet": sheet.title,
            "row": before["row"],
            "text": name,
            "count": 1,
            "rows": [[before["row"], line]],
        }
        severity = "info" if rule == "duplicate_agree" else "warning"
        found.doubts.append(Finding(rule, severity, place_id=place, params=params))
        before["parent_id"] = parent
        return
    found.districts[compact(name)] = place
    found.rows[place] = _place(place, name, "district", parent, line, cell)


def _place(
    place: str, name: str, level: str, parent: str | None, row: int, cell: str
) -> dict[str, Any]:
    return {
        "place_id": place,
        "name": squeeze(name),
        "level": level,
        "parent_id": parent,
        "row": row,
        "cell": cell,
    }

"""Where to look first, as people ask for it: a place in, its areas in order out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.facts import understand
from boloci.lake.engines import Engine
from boloci.pipeline import look_query, looking
from boloci.pipeline.checks.look_first import LOWEST
from boloci.places_asked import inside
from boloci.problems import refuse
from boloci.published import PlaceRow, Published
from boloci.stats import priority
from boloci.tables import Finding
from boloci.wording import clauses, finding_sentence
from boloci.workspace import Workspace

BY = ("children", "share")
_PARTS = (*looking.LOST, "bcg", "dtp1", "dtp1_before", "dtp3")
_TIMES = ("silent", "stock_out", "sessions", "impossible", "outlier")

LOOK = pa.schema(
    [
        *((name, pa.string()) for name in ("place_id", "place", "level")),
        *((name, pa.string()) for name in ("period_start", "period_end")),
        *((name, pa.int64()) for name in ("known_months", "rank", "tied", "among")),
        *((name, pa.float64()) for name in ("children", "lower", "upper", "share")),
        *((name, pa.float64()) for name in _PARTS),
        ("bcg_tells", pa.bool_()),
        *((f"{name}_months", pa.string()) for name in _TIMES),
        *((name, pa.float64()) for name in ("planned", "held")),
        *((name, pa.int64()) for name in ("expected", "received")),
        *((name, pa.string()) for name in ("reasons", "doubts")),
        *((f"sentence_{language}", pa.string()) for language in ("fr", "en")),
        *((f"action_{language}", pa.string()) for language in ("fr", "en")),
        *((name, pa.string()) for name in ("profile", "build")),
    ]
)
"""One row a place, most children first. `children` (95 %: `lower` to `upper`) is the
sum of not_started, fewer, not_finished and unknown; null: nothing was reported.
`share`: of the children whom its doses tell of, percent. `rank` 1 is first; chance is
enough to make the order with the `tied` others of one rank. `reasons`, `doubts`: codes
of the catalogue, `;` between; `known_months`: how many of the months have data;
`bcg_tells` no: BCG is given elsewhere and left out."""


def look(
    workspace: Workspace,
    *,
    place: str | Sequence[str] = (),
    level: str | None = None,
    period: str | None = None,
    by: str = "children",
    **asked: Any,
) -> pa.Table:
    """The places inside a place, where most children were lost first: `LOOK`.

    place      id, name, alias or path; the whole workspace where left out
    level      area, facility, district, ...; areas where left out, else the level
               that is there
    period     twelve months up to its end: 2024, 2024Q2, 202406; the latest where
               left out
    by         children (small and large places compare) or share of its children
    profile, build, as_of    as in `facts`

    Monthly doses of BCG, DTP1 and DTP3 are enough: no target is read. Raises
    `Refused` for words that name nothing, for several places and for a build from
    before this was known (build anew).
    """
    rows = told(workspace, place=place, level=level, period=period, by=by, **asked)
    return pa.Table.from_pylist(rows, schema=LOOK)


def told(
    workspace: Workspace,
    *,
    place: str | Sequence[str] = (),
    level: str | None = None,
    period: str | None = None,
    by: str = "children",
    **asked: Any,
) -> list[dict[str, Any]]:
    """The same as `look`, as rows that also hold their clauses one by one.

    `why_fr`, `why_en`: lists, a clause a reason; `doubtful_fr`, `doubtful_en` likewise.
    """
    source, filters = understand(
        workspace, place=place, level=level, period=period, **asked
    )
    if by not in BY:
        raise refuse("choice_unknown", what="by", given=by, known=", ".join(BY))
    if not source.relations >= {"look_first", "impossible_month"}:
        raise refuse("look_not_built", build=source.build)
    last = periods.months(filters.periods[-1])[-1] if filters.periods else None
    rows = _rows(workspace, source, last)
    among = _among(source, filters.places, filters.level, rows)
    kept = rows.filter(pc.is_in(rows["place"], value_set=pa.array(among, pa.int32())))
    return _told(workspace, source, _in_order(workspace, source, kept, by))


def _rows(workspace: Workspace, source: Published, last: int | None) -> pa.Table:
    """Rows of `looking.LOOK`: those stored, else worked out for other months."""
    cursor = source.cursor()
    stored = cursor.sql("SELECT * FROM look_first").to_arrow_table()
    if last is None or (stored.num_rows and stored["last_month"][0].as_py() == last):
        return stored
    engine = Engine(cursor)
    keys = {
        (code, variant): key
        for key, code, variant in engine.rows(
            "SELECT element, code, variant FROM element"
        )
    }
    [(main,)] = engine.rows("SELECT dataset FROM main_dataset")
    question = look_query.question(
        workspace.catalogue,
        workspace.catalogue.profiles[source.profile],
        keys,
        last=last,
        main_dataset=main,
    )
    return looking.look(engine, question)


def _among(
    source: Published,
    here: Sequence[PlaceRow] | None,
    level: str | None,
    rows: pa.Table,
) -> list[int]:
    """Keys of the places that are compared: inside a place, of one level."""
    there = set(rows["level"].to_pylist())
    found: list[PlaceRow] = []
    for one in (level,) if level else (*LOWEST, "district", "region"):
        if found or one not in there:
            continue
        if here is None:
            found = [place for place in source.places if place.level == one]
        elif level:
            found = list(here)
        else:
            found = [p for place in here for p in inside(source, place, one)]
    return [place.key for place in found]


def _in_order(
    workspace: Workspace, source: Published, rows: pa.Table, by: str
) -> pa.Table:
    """The rows with rank, ties and `share` among themselves, first ones first."""
    deviations = _deviations(workspace, source)
    children, spread, seen = (
        rows[name].to_numpy().astype(float)
        for name in ("children", "deviation", "seen")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(seen > 0, 100 * children / seen, np.nan)
        noise = np.where(seen > 0, 100 * spread / seen, np.nan)
    size, away = (children, spread) if by == "children" else (share, noise)
    rank = priority.order(size, away, deviations=deviations)
    counts = np.bincount(rank, minlength=1)
    order = np.lexsort((rows["place"].to_numpy(), -np.nan_to_num(size, nan=-1.0)))
    told = rank > 0
    for name, column in (
        ("rank", pa.array(rank, pa.int32(), mask=~told)),
        ("tied", pa.array(np.where(told, counts[rank] - 1, 0), pa.int32())),
        ("among", pa.array(np.full(len(rank), len(rank)), pa.int32())),
    ):
        index = rows.column_names.index(name)
        rows = rows.set_column(index, name, column)
    rows = rows.append_column("share", pa.array(share, from_pandas=True))
    return rows.take(pa.array(order))


def _deviations(workspace: Workspace, source: Published) -> float:
    profile = workspace.catalogue.profiles[source.profile]
    return float(profile.value("look_deviations"))


def _told(
    workspace: Workspace, source: Published, rows: pa.Table
) -> list[dict[str, Any]]:
    """The rows in words: names, months, sentences in both languages."""
    places = {place.key: place for place in source.places}
    deviations = _deviations(workspace, source)
    rows_told = []
    for row in rows.to_pylist():
        place = places[row["place"]]
        doubts = [name for name in row["doubts"] if name != "tied"]
        if row["tied"]:
            doubts.insert(0, "tied")
        values = {
            **looking.sentence_values({**row, "doubts": doubts}, deviations),
            "place": place.name,
        }
        words: dict[str, Any] = {}
        for language in ("fr", "en"):
            sentence, action = finding_sentence(
                Finding(rule="look_first", params=values),
                workspace.catalogue,
                language,
            )
            words[f"sentence_{language}"] = sentence
            words[f"action_{language}"] = action
            for name, codes in (("why", row["reasons"]), ("doubtful", doubts)):
                words[f"{name}_{language}"] = clauses(
                    codes, values, workspace.catalogue, language
                )
        rows_told.append(
            {
                **row,
                **words,
                "place_id": place.place_id,
                "place": place.name,
                "period_start": periods.text(row["first_month"]),
                "period_end": periods.text(row["last_month"]),
                "lower": values.get("low"),
                "upper": values.get("high"),
                "reasons": ";".join(row["reasons"]),
                "doubts": ";".join(doubts),
                **{
                    f"{name}_months": ";".join(
                        periods.text(month) for month in row[f"{name}_months"] or ()
                    )
                    for name in _TIMES
                },
                "profile": source.profile,
                "build": source.build,
            }
        )
    return rows_told

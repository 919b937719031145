"""What the live snapshots mean together: tree, mapped kinds, places, small tables.

Import and build both start here, so what an import says it understood is what the
build will use.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from boloci import places
from boloci.catalogue import Catalogue
from boloci.lake import merge, snapshots
from boloci.lake.engines import scratch
from boloci.lake.merge import ValuesFile
from boloci.lake.snapshots import Snapshot
from boloci.links import link
from boloci.pipeline import mapping, own_country
from boloci.pipeline.country_groups import of_country
from boloci.pipeline.mapping import Kind, Mapped
from boloci.pipeline.untimely import untimely
from boloci.places import Tree
from boloci.sources.dhis2 import levels
from boloci.tables import SNAPSHOT, Finding
from boloci.workspace import Workspace

PLACED = (
    *("targets", "reports", "sessions", "stock", "measures", "events"),
    *("surveys", "lqas", "wuenic", "recounts", "corrections"),
)
"""Small tables whose rows lie at a place and need it found in the tree."""
_OF_TREE = ("places", "groups", "units", "unit_levels")
"""Small tables that tell the tree and its groups."""


@dataclass(frozen=True)
class Understood:
    """Everything a build needs to know before it adds up."""

    catalogue: Catalogue
    snapshots: Sequence[Snapshot]
    files: Sequence[ValuesFile]
    tree: Tree
    dimension: pa.Table
    """`Tree.dimension()`: one row a place and group."""
    mapped: Mapped
    place_keys: dict[str, int]
    """A source's text for a place -> place key; texts no rule places are absent."""
    tables: dict[str, pa.Table]
    findings: list[Finding] = field(default_factory=list)

    def texts_of(self, units: Collection[int]) -> list[str]:
        """What sources call some places (their keys), in the order of `place_keys`."""
        return [text for text, key in self.place_keys.items() if key in units]


def understand(
    workspace: Workspace,
    live: Sequence[Snapshot],
    *,
    only: Snapshot | None = None,
) -> Understood:
    """Merge the live snapshots' small tables and map what their values are about.

    `only`: look at the values of one snapshot (what an import reports), in the light
    of all.
    """
    catalogue = workspace.catalogue
    names = [name for name in SNAPSHOT if name != "values"]
    tables = {name: merge.table(live, name) for name in names}
    tree, doubts = _tree(tables, catalogue, language=workspace.languages[0])
    files = merge.values_files([only] if only else live)
    known = mapping.names_of(tables["elements"], tables["options"])
    mapped = mapping.kinds(catalogue, _kinds(files), known)
    dimension = tree.dimension()
    texts = _texts(files, tables, only)
    keys, link_doubts = _place_keys(tree, dimension, texts, catalogue)
    return Understood(
        catalogue=catalogue,
        snapshots=live,
        files=files,
        tree=tree,
        dimension=dimension,
        mapped=mapped,
        place_keys=keys,
        tables=tables,
        findings=[
            *doubts,
            *mapped.findings,
            *link_doubts,
            *untimely([only] if only else live),
        ],
    )


def tree_so_far(workspace: Workspace) -> Tree:
    """The tree that the live snapshots tell."""
    live = snapshots.live(workspace.lake)
    tables = {name: merge.table(live, name) for name in _OF_TREE}
    return _tree(tables, workspace.catalogue, language=workspace.languages[0])[0]


def groups_told(workspace: Workspace, told: Sequence[Snapshot]) -> pa.Table:
    """Rows of the dated groups that snapshots tell, with those of the country."""
    imported = merge.table(told, "groups").select(SNAPSHOT["groups"].names)
    named = workspace.catalogue.country.groups
    if not set(named) - set(imported["group"].to_pylist()):
        return imported
    language = workspace.languages[0]
    tables = {name: merge.table(told, name) for name in _OF_TREE}
    tree, _ = _tree(tables, workspace.catalogue, language=language)
    more, _ = of_country(named, imported, tree, language=language)
    return pa.concat_tables([imported, more.select(imported.column_names)])


def places_told(told: Sequence[Snapshot]) -> pa.Table:
    """Dated rows of the places that snapshots tell, DHIS2 units and tidy together."""
    return _places({name: merge.table(told, name) for name in _OF_TREE})[0]


def understand_one(workspace: Workspace, kept: Snapshot) -> Understood:
    """What one snapshot means, and is doubtful about, in the light of all live ones."""
    live = snapshots.live(workspace.lake)
    if kept.id not in {snapshot.id for snapshot in live}:
        live = [*live, kept]
    return understand(workspace, live, only=kept)


def _tree(
    tables: dict[str, pa.Table], catalogue: Catalogue, *, language: str
) -> tuple[Tree, list[Finding]]:
    """The tree of DHIS2 units and tidy places, with imported and country groups."""
    tidy, found = _places(tables)
    tree = places.grow(tidy, tables["groups"])
    named = catalogue.country.groups
    more, missing = of_country(named, tables["groups"], tree, language=language)
    if more.num_rows:
        columns = SNAPSHOT["groups"].names
        groups = pa.concat_tables([tables["groups"].select(columns), more])
        tree = places.grow(tidy, groups)
    return tree, [*found, *tree.findings, *missing]


def _places(tables: Mapping[str, pa.Table]) -> tuple[pa.Table, list[Finding]]:
    """Dated rows of DHIS2 units and tidy places together."""
    if not tables["units"].num_rows:
        return tables["places"], []
    units, found = levels.places(tables["units"], tables["unit_levels"])
    return places.together(units, tables["places"]), found


def _kinds(files: Sequence[ValuesFile]) -> list[Kind]:
    paths = [str(file.kinds) for file in files]
    if not paths:
        return []
    with scratch() as engine:
        rows = engine.execute(
            "SELECT element, coalesce(option, ''), coalesce(sex, ''),"
            " coalesce(age, ''), coalesce(strategy, ''), sum(rows)::BIGINT,"
            " min(first_period), max(last_period) FROM read_parquet(?)"
            " GROUP BY ALL ORDER BY ALL",
            [paths],
        ).fetchall()
    return [Kind(*row) for row in rows]


def _texts(
    files: Sequence[ValuesFile], tables: dict[str, pa.Table], only: Snapshot | None
) -> pa.Table:
    """Distinct texts for places and the rows that carry them: place, rows."""
    parts = []
    if files:
        with scratch() as engine:
            parts.append(
                engine.sql(
                    "SELECT place AS text, sum(rows)::BIGINT AS rows"
                    " FROM read_parquet(?) GROUP BY ALL",
                    params=[[str(file.sites) for file in files]],
                ).to_arrow_table()
            )
    for name in PLACED:
        rows = (only.table(name) if only else tables[name]) or None
        if rows is not None and rows.num_rows:
            counts = pc.value_counts(rows["place_id"])
            parts.append(
                pa.table({"text": counts.field("values"), "rows": counts.field(1)})
            )
    if not parts:
        return pa.table({"text": pa.array([], pa.string()), "rows": pa.array([], "i8")})
    together = pa.concat_tables(parts, promote_options="permissive")
    summed = together.group_by("text").aggregate([("rows", "sum")])
    return summed.rename_columns(["text", "rows"]).sort_by("text")


def _place_keys(
    tree: Tree, dimension: pa.Table, texts: pa.Table, catalogue: Catalogue
) -> tuple[dict[str, int], list[Finding]]:
    country = own_country.at_top(texts["text"].to_pylist(), tree, catalogue)
    others = pc.invert(pc.is_in(texts["text"], pa.array(country, pa.string())))
    links, findings = link(texts.filter(others), tree)
    keys = dict(
        zip(
            dimension["place_id"].to_pylist(),
            dimension["place_key"].to_pylist(),
            strict=True,
        )
    )
    found = {
        row["text"]: keys[row["target"]]
        for row in links.to_pylist()
        if row["target"] in keys
    }
    found |= {text: place.key for text, place in country.items()}
    return found, list(findings)

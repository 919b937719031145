"""The workspace's own country: what files call it, and files that are of another.

WHO/UNICEF's files name their country in words. They lie at the top of the tree,
whatever the ministry calls it there, and those of another country are refused.
"""

from collections.abc import Callable, Iterable, Sequence

import pyarrow as pa

from boloci.catalogue import Catalogue
from boloci.names import fold
from boloci.places import Place, Tree
from boloci.problems import Where, refuse
from boloci.sources.reading import Reading
from boloci.workspace import Workspace

COUNTRY = "country"
SYSTEM = "wuenic"


def top(tree: Tree) -> Place | None:
    """The one country of a tree; None where it begins below, or holds several."""
    found = [place for place in tree.places if place.level == COUNTRY]
    return found[0] if len(found) == 1 else None


def called(catalogue: Catalogue) -> set[str]:
    """What the catalogue calls the workspace's country, folded."""
    return {fold(name) for name in catalogue.country.name.values()}


def at_top(texts: Iterable[str], tree: Tree, catalogue: Catalogue) -> dict[str, Place]:
    """Texts that name the country and no place of the tree, and where they lie."""
    country, names = top(tree), called(catalogue)
    if country is None:
        return {}
    return {
        text: country
        for text in texts
        if text and fold(text) in names and not tree.fits(text)
    }


def refuse_others(
    workspace: Workspace, readings: Sequence[Reading], tree: Callable[[], Tree]
) -> None:
    """Raise `Refused` where a file is of another country than the workspace.

    `tree`: as imported so far. A workspace that names no country and has no tree yet
    takes any.
    """
    given = [reading for reading in readings if reading.system == SYSTEM]
    if not given:
        return
    country = top(tree())
    spoken = list(workspace.catalogue.country.name.values())
    if country is not None:
        spoken = [country.name, country.id, *country.aliases, *spoken]
    names = {fold(text) for text in spoken}
    for reading in given:
        for text in _countries(reading):
            if names and fold(text) not in names:
                where = Where(file=reading.source.name if reading.source else "")
                raise refuse("wuenic_other_country", where, given=text, known=spoken[0])


def _countries(reading: Reading) -> list[str]:
    tables = [table for table in reading.tables.values() if isinstance(table, pa.Table)]
    return sorted({text for table in tables for text in table["place_id"].to_pylist()})

"""Facts by the million, for a scope: narrowed before they are read.

`reading.facts` reads an answer and leaves out what may not be seen; that is too dear
where a program asks for everything.
"""

from typing import Any

import pyarrow as pa

from boloci import facts as figures
from boloci.hub.current import workspace
from boloci.hub.rights import Scope
from boloci.tables import FACTS


def stream(scope: Scope, **asked: Any) -> pa.RecordBatchReader:
    """Facts of the places that a scope sees, in batches; asked as `boloci.facts`."""
    if scope.everywhere:
        return figures.stream(workspace(), **asked)
    source, filters = figures.understand(workspace(), **asked)
    wanted = source.places
    if filters.places is not None:
        wanted = filters.places
    elif filters.level is not None:
        wanted = tuple(one for one in wanted if one.level == filters.level)
    readable = [one.place_id for one in wanted if scope.sees(one)]
    if not readable:
        return FACTS.empty_table().to_reader()
    rest = {name: value for name, value in asked.items() if name != "level"}
    return figures.stream(workspace(), **{**rest, "place": readable})

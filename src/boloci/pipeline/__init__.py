"""The one way through: read -> check -> adjust -> compute -> publish.

`import_files` keeps what files hold; `build` turns the live snapshots into published
facts; `compute` works out a slice that is not stored, by the same functions.
"""

from boloci.pipeline.bringing import ImportReport, import_files
from boloci.pipeline.building import BuildReport, build

__all__ = ["BuildReport", "ImportReport", "build", "import_files"]

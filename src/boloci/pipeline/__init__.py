"""The one way through: read -> check -> adjust -> compute -> publish.

`import_files` keeps what files hold; `build` turns the live snapshots into published
facts; `estimate` publishes beside them what a joint model makes of them,
and `reference` says how far that is from a longer way; `compute` works out a slice that
is not stored, by the same functions as the build.
"""

from boloci.pipeline.bringing import ImportReport, import_files
from boloci.pipeline.building import BuildReport, build
from boloci.pipeline.chain_inputs import chain_inputs
from boloci.pipeline.estimating.estimate import EstimateReport, estimate
from boloci.pipeline.estimating.keeping import Chain
from boloci.pipeline.estimating.reference import ReferenceReport, reference
from boloci.pipeline.estimating.validating import Validation, validate
from boloci.pipeline.scenarios import pairs_asked
from boloci.pipeline.sex_reporting import sex_reporting
from boloci.pipeline.slicing import as_of, compute, compute_pairs
from boloci.pipeline.source_rows import NO_ROW
from boloci.pipeline.tracing import contributions, corrected, measured
from boloci.pipeline.typed_report import typed_report

__all__ = [
    "NO_ROW",
    "BuildReport",
    "Chain",
    "EstimateReport",
    "ImportReport",
    "ReferenceReport",
    "Validation",
    "as_of",
    "build",
    "chain_inputs",
    "compute",
    "compute_pairs",
    "contributions",
    "corrected",
    "estimate",
    "import_files",
    "measured",
    "pairs_asked",
    "reference",
    "sex_reporting",
    "typed_report",
    "validate",
]

"""Words that rows and facts are told and asked by: sexes, ages, methods, formats.

Kept apart from `tables` so that the command line's help needs no Arrow.
"""

SEXES = ("female", "male")
AGES = ("0_11m", "12_23m", "24_59m", "12m_plus", "other")
STRATEGIES = ("fixed", "outreach", "mobile", "campaign")

SCENARIOS = ("reported", "outliers", "completeness", "both")
"""Scenarios of adjustment: reported doses as they are, and with what was changed."""

METHODS = (
    *SCENARIOS,
    "estimated",
    "survey",
    "lqas",
    "wuenic",
    "register",
    "team",
)
"""How a figure came about: a scenario of adjustment, or another source."""

DENOMINATORS = (
    "target",
    "dhis2",
    "anc1",
    "penta1",
    "penta1_derived",
    "un",
    "worldpop",
)
"""Where a denominator comes from; blank in facts for counts, surveys, estimates."""

TOTAL = "total"
"""What `sex` is called where it is blank: the total over both sexes."""

SEXES_ASKED = (*SEXES, TOTAL)
FORMATS = ("table", "csv", "json", "xlsx", "parquet")

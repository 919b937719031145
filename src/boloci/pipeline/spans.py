"""First and last month of a period code, in SQL: the twin of `periods.span`."""

from boloci.lake.engines import Engine

MONTHS = "{0} % 100 BETWEEN 1 AND 12"
"""Whether a period code is a month."""

FIRST_MONTH = (
    "(CASE WHEN {0} % 100 BETWEEN 1 AND 12 THEN {0} WHEN {0} % 100 = 0 THEN {0} + 1"
    " WHEN {0} % 100 > 30 THEN {0} // 100 * 100 + ({0} % 100 - 31) * 6 + 1"
    " ELSE {0} // 100 * 100 + ({0} % 100 - 21) * 3 + 1 END)"
)
LAST_MONTH = (
    "(CASE WHEN {0} % 100 BETWEEN 1 AND 12 THEN {0} WHEN {0} % 100 = 0 THEN {0} + 12"
    " WHEN {0} % 100 > 30 THEN {0} // 100 * 100 + ({0} % 100 - 30) * 6"
    " ELSE {0} // 100 * 100 + ({0} % 100 - 20) * 3 END)"
)


def not_whole(engine: Engine, period: str) -> str:
    """SQL (0/1): the data begin after the period does, or end before it ends."""
    first, last = engine.rows(
        "SELECT min(first_month), max(last_month) FROM data_span"
    )[0]
    if first is None:
        return "0::TINYINT"
    before = f"{FIRST_MONTH.format(period)} < {first}"
    after = f"{LAST_MONTH.format(period)} > {last}"
    return f"({before} OR {after})::TINYINT"

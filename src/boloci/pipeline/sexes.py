"""How much the sexes of the doses vary from report to report: `sex_dispersion`.

The interval of a girl/boy ratio rests on it. Only reports of both sexes count, and
only of the doses whose gap is told.
"""

import narwhals as nw

from boloci.lake.engines import Engine
from boloci.pipeline import counting
from boloci.pipeline.computing import Rules
from boloci.stats import sex_gap, sums
from boloci.stats.vocabulary import among

_OF_BOTH_SEXES = """
SELECT * FROM unit_sexed
WHERE NOT aggregate AND element IN ({elements})
  AND female IS NOT NULL AND male IS NOT NULL AND female + male > 0
"""


def vary(engine: Engine, rules: Rules) -> None:
    """Lasting table `sex_dispersion`: element, place, period, dispersion.

    Rows only where enough reports tell it: see `stats.sex_gap.dispersion`. Reads
    `unit_sexed`, the reports of units.
    """
    elements = {
        rules.key(one.formula["element"])
        for one in rules.indicators.values()
        if one.formula["kind"] == "sex_ratio"
    }
    listed = ", ".join(str(key) for key in sorted(elements)) or "NULL"
    engine.create("both_sexes", _OF_BOTH_SEXES.format(elements=listed))
    units = engine.frame("both_sexes")
    by = ("element",)
    months = sums.over_places(
        sex_gap.squares(units),
        counting.ways(engine),
        by=by,
        sums=sex_gap.SQUARES,
        when="month" if among(units, "month") else "period",
    )
    engine.keep("month_squares", months)
    part = nw.col("period") % 100
    month = (part >= 1) & (part <= 12)
    added = sums.every_period(
        engine.frame("month_squares").filter(month),
        by=by,
        sums=sex_gap.SQUARES,
        entered=engine.frame("month_squares").filter(~month),
        keep=engine.keep,
    )
    least = float(rules.profile.value("sex_dispersion_least_reports"))
    found = sex_gap.dispersion(added, least=least)
    engine.keep("sex_dispersion", found, lasting=True, order="element, place, period")
    engine.drop("both_sexes", "month_squares", "by_quarter", "by_semester", "by_year")

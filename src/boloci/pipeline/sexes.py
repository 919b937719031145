"""How much the sexes of the doses vary from report to report: `sex_dispersion`.

The interval of a girl/boy ratio rests on it. Only reports of both sexes count, and
only of the doses whose gap is told.
"""

from boloci.lake.engines import Engine
from boloci.pipeline import summing
from boloci.pipeline.rules import Rules
from boloci.stats import sex_gap
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
    by, added = ("element",), sex_gap.SQUARES
    when = "month" if among(engine.frame("both_sexes"), "month") else "period"
    months = summing.over_places(
        engine, "both_sexes", by=by, added=added, when=when, of=sex_gap.squares
    )
    engine.create("month_squares", months)
    every = summing.every_period(
        engine, "month_squares", by=by, added=added, entered=True
    )
    engine.create("all_squares", every)
    least = float(rules.profile.value("sex_dispersion_least_reports"))
    found = engine.query(sex_gap.dispersion, engine.columns("all_squares"), least=least)
    engine.create(
        "sex_dispersion", f"{found} ORDER BY element, place, period", lasting=True
    )
    engine.drop("both_sexes", "month_squares", "all_squares")
    engine.drop("by_quarter", "by_semester", "by_year")

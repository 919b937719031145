"""Surveys, lots and WHO/UNICEF estimates: facts that no dose was added up for.

One way for every profile: the rules are the constants of profile `boloci`, because no
tool that a profile reproduces reads them otherwise.

survey_estimates  every result of a household survey, shown or not
lots              every lot, with its class and both risks of error
wuenic_series     WHO/UNICEF's and the government's series, of one revision
told_facts        what of them is a fact, for `publishing.append_found`
"""

from boloci.lake.engines import Engine
from boloci.pipeline.surveying import household, sexes
from boloci.pipeline.surveying import lots as lot_rows
from boloci.pipeline.surveying import wuenic as wuenic_rows
from boloci.pipeline.surveying.told import told_table
from boloci.pipeline.understanding import Understood
from boloci.tables import Finding


def take(engine: Engine, known: Understood) -> list[Finding]:
    """Lasting tables `survey_estimates`, `lots`, `wuenic_series`, `told_facts`.

    Gives what is not shown, and why: at most one finding a rule, place and year.
    """
    rules = known.catalogue.profiles["boloci"]
    surveyed, doubts = household.surveyed(known, rules)
    drawn, unclear = lot_rows.lots(known, rules)
    series, older = wuenic_rows.series(known)
    told = [
        *household.facts(surveyed),
        *sexes.gaps(known, surveyed, rules),
        *lot_rows.facts(known, drawn, rules),
        *wuenic_rows.facts(known, series),
    ]
    for name, table in (
        ("survey_estimates", surveyed),
        ("lots", drawn),
        ("wuenic_series", series),
        ("told_facts", told_table(told)),
    ):
        engine.put(name, table, lasting=True)
    return [*doubts, *unclear, *older]

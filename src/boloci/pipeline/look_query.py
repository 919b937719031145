"""What is asked to say where to look first: months, keys, constants and queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci.catalogue import Catalogue
from boloci.catalogue.definitions import Profile
from boloci.codes import SCENARIOS
from boloci.lake.engines import Engine
from boloci.pipeline import spans
from boloci.pipeline.mapping import TARGET
from boloci.stats import priority

DOSES = ("BCG", "DTP1", "DTP3")
LEVELS = ("region", "district", "area", "facility", "commune", "village")


@dataclass(frozen=True)
class Question:
    """Which months are looked at, and by which keys and constants."""

    last: int
    """Last month of the twelve."""
    keys: Mapping[str, int]
    """Element key of each of `DOSES` that is counted."""
    products: Sequence[str]
    """Vaccines that the doses are given from."""
    main_dataset: int
    profile: Profile

    @property
    def months(self) -> list[int]:
        """The twenty-four months, the window's after those of the year before."""
        end = self.last // 100 * 12 + self.last % 100 - 1
        numbers = range(end - 2 * priority.YEAR + 1, end + 1)
        return [n // 12 * 100 + n % 12 + 1 for n in numbers]

    @property
    def window(self) -> list[int]:
        """The twelve months."""
        return self.months[-priority.YEAR :]


def question(
    catalogue: Catalogue,
    profile: Profile,
    keys: Mapping[tuple[str, str], int],
    *,
    last: int,
    main_dataset: int,
) -> Question:
    """The question for twelve months up to `last`; `keys`: (code, variant) -> key."""
    antigens = catalogue.dictionary.antigens
    named = {catalogue.elements[code].antigen for code in DOSES}
    return Question(
        last=last,
        keys={code: keys[code, TARGET] for code in DOSES if (code, TARGET) in keys},
        products=sorted(antigens[name].product for name in named if name in antigens),
        main_dataset=main_dataset,
        profile=profile,
    )


def last_month(engine: Engine, keys: Sequence[int]) -> int | None:
    """The latest month with one of these doses; None where none is reported."""
    listed = ", ".join(str(key) for key in keys) or "NULL"
    [(month,)] = engine.rows(
        f"SELECT max(period) FROM counts WHERE element IN ({listed})"
        f" AND total IS NOT NULL AND {spans.MONTHS.format('period')}"
    )
    return None if month is None else int(month)


def months_known(engine: Engine, asked: Question) -> tuple[int, int]:
    """First and last month with a DTP1 dose anywhere: others nobody was to report."""
    [(first, last)] = engine.rows(
        "SELECT min(period), max(period) FROM counts"
        f" WHERE element = {asked.keys['DTP1']} AND total IS NOT NULL"
        f" AND {spans.MONTHS.format('period')}"
    )
    return (first, last) if first is not None else (0, 0)


def rule_of(profile: Profile) -> priority.Rule:
    """The profile's constants for `priority.lost`."""
    value = profile.value
    start, finish = value("look_weeks")
    return priority.Rule(
        deviations=float(value("look_deviations")),
        least_pairs=int(value("look_least_months")),
        silent_months=int(value("silent_months")),
        weeks_start=float(start),
        weeks_finish=float(finish),
        elsewhere_share=float(value("look_bcg_elsewhere_share")),
        elsewhere_least=int(value("look_bcg_elsewhere_least")),
        many_bcg=float(value("look_bcg_many")),
    )


def words(asked: Question) -> dict[str, Any]:
    """What the queries take: keys, months and constants."""
    constants = asked.profile.constants
    least = constants["sessions_held_least"].value
    return {
        "elements": ", ".join(str(key) for key in asked.keys.values()) or "NULL",
        "levels": ", ".join(f"'{level}'" for level in LEVELS),
        "products": ", ".join(f"'{name}'" for name in ("", *asked.products)),
        "scenario": SCENARIOS.index("outliers"),
        "before": asked.months[0],
        "start": asked.window[0],
        "last": asked.last,
        "main": asked.main_dataset,
        "least": float(least),
    }


VALUES = f"""
SELECT c.place, c.element, c.period,
       CASE WHEN i.place IS NULL THEN coalesce(a.total, c.total) END AS value,
       a.total IS NOT NULL AS replaced, i.place IS NOT NULL AS impossible
FROM counts c
LEFT JOIN adjusted_counts a ON a.method = {{scenario}} AND a.element = c.element
    AND a.place = c.place AND a.period = c.period
LEFT JOIN (
    SELECT DISTINCT m.place, m.period FROM impossible_month m
    WHERE m.element IN ({{elements}}) AND NOT EXISTS (
        SELECT 1 FROM adjusted_counts o WHERE o.method = {{scenario}}
            AND o.element = m.element AND o.place = m.place AND o.period = m.period)
) i ON i.place = c.place AND i.period = c.period
WHERE c.element IN ({{elements}}) AND {spans.MONTHS.format("c.period")}
  AND c.period BETWEEN {{before}} AND {{last}}
  AND c.place IN (SELECT place_key FROM place WHERE level IN ({{levels}}))
"""
"""Of a month with an impossible number of one dose the other doses are left out too:
what is compared is of the same months."""

ABOUT = """
SELECT p.place_key, p.level, coalesce(d.district, a.place_key) AS within,
       coalesce(min(o.first_month), 190001), coalesce(max(o.last_month), 219912)
FROM place p
LEFT JOIN place a ON a.place_id = p.parent_id
LEFT JOIN membership o ON o.unit = p.place_key AND o.place = p.place_key
LEFT JOIN (SELECT m.unit, max(m.place) AS district FROM membership m
           JOIN place q ON q.place_key = m.place AND q.level = 'district'
           WHERE m.unit <> m.place AND {last} BETWEEN m.first_month AND m.last_month
           GROUP BY ALL) d
    ON d.unit = p.place_key
WHERE p.level IN ({levels}) GROUP BY ALL
"""

CONTEXT = """
SELECT DISTINCT m.unit AS place, c.first_month AS period, c.last_month AS until
FROM context c
JOIN membership m ON m.place = c.place AND m.first_month <= c.last_month
    AND m.last_month >= c.first_month
WHERE c.kind IN ({kinds}) AND c.product IN ({products})
  AND c.first_month <= {last} AND c.last_month >= {start}
"""

SESSIONS = f"""
SELECT place, sum(planned), sum(held),
       list(period ORDER BY period) FILTER (WHERE 100 * held < {{least}} * planned)
FROM sessions
WHERE strategy = 'all' AND planned IS NOT NULL AND held IS NOT NULL
  AND {spans.MONTHS.format("period")} AND period BETWEEN {{start}} AND {{last}}
GROUP BY place
"""

REPORTS = f"""
SELECT place, sum(expected), sum(received) FROM reports
WHERE dataset = {{main}} AND {spans.MONTHS.format("period")}
  AND period BETWEEN {{start}} AND {{last}}
GROUP BY place
"""

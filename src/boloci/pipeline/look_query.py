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


def months_known(
    engine: Engine, keys: Sequence[int], profile: Profile
) -> tuple[int, int] | None:
    """First and last month that places reported these doses for; None: nobody did.

    A month that few have reported yet is not over: who has not is not silent. Few are
    less than `look_least_reported` of the places that told the fullest month, at the
    level that most places are of.
    """
    listed = ", ".join(str(key) for key in keys) or "NULL"
    share = float(profile.value("look_least_reported"))
    [(first, last)] = engine.rows(_MONTHS_KNOWN.format(elements=listed, share=share))
    return None if first is None else (int(first), int(last))


_MONTHS_KNOWN = f"""
WITH told AS (
    SELECT p.level, c.period, count(DISTINCT c.place) AS places
    FROM counts c JOIN place p ON p.place_key = c.place
    WHERE c.element IN ({{elements}}) AND c.total IS NOT NULL
      AND {spans.MONTHS.format("c.period")} AND p.level IS NOT NULL
    GROUP BY ALL
),
fullest AS (
    SELECT level, max(places) AS places FROM told
    GROUP BY ALL ORDER BY places DESC, level LIMIT 1
)
SELECT min(t.period), max(t.period) FROM told t JOIN fullest f USING (level)
WHERE t.places >= {{share}} * f.places
"""


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

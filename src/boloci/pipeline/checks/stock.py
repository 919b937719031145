"""Vaccine stock beside the doses given, and stock cards that do not add up.

More children vaccinated than doses used is a wastage below zero: no vial gives more
than it holds. Only months in which a place told both are compared, so that a place
above its units is judged by the units that keep a stock card.
"""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.mapping import ALL, CAMPAIGN, TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood

ABOVE_USED = "doses_above_used"
OPENING = "opening_not_previous_closing"
BALANCE = "stock_does_not_balance"


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of stock; reads `unit_counts`, `membership` and `product_element`."""
    engine.put("stock_told", known.tables["stock"])
    engine.put("stock_product", _products(known))
    engine.put("used_as", _variants(known))
    engine.create("card", _CARD)
    engine.create("card_doses", _CARD_DOSES)
    above_used = _ABOVE_USED.format(
        factor=float(rules.profile.value("sequence_factor")),
        least=float(rules.profile.value("doses_above_used_least")),
    )
    found = gather(engine, known, above_used, _OPENING, _BALANCE)
    engine.drop("stock_told", "stock_product", "used_as", "card", "card_doses")
    return found


def _products(known: Understood) -> pa.Table:
    """Texts for products in stock and the codes they mean; others have no doses."""
    words = known.catalogue.dictionary
    texts = sorted(set(known.tables["stock"]["product"].to_pylist()))
    codes = [words.product(text) for text in texts]
    return pa.table(
        {
            "text": pa.array(texts, pa.string()),
            "product": pa.array(codes, pa.string()),
            "called": pa.array(
                [code or text for code, text in zip(codes, texts, strict=True)],
                pa.string(),
            ),
        }
    )


def _variants(known: Understood) -> pa.Table:
    """Element keys, the dose each is of, and whether it is of a campaign.

    Routine doses of all ages stand before those of the target age; campaign doses
    come out of the same vials and are added.
    """
    keys = known.mapped.keys
    return pa.table(
        {
            "element": pa.array(keys.values(), pa.int16()),
            "dose": pa.array([keys[code, TARGET] for code, _ in keys], pa.int16()),
            "routine": pa.array([v in (TARGET, ALL) for _, v in keys], pa.bool_()),
            "campaign": pa.array([v == CAMPAIGN for _, v in keys], pa.bool_()),
        }
    )


_CARD = """
SELECT t.unit, s.period, p.product, p.called, any_value(s.opening) AS opening,
       any_value(s.received) AS received, any_value(s.issued) AS issued,
       any_value(s.lost) AS lost, any_value(s.closing) AS closing
FROM stock_told s JOIN place_texts t ON t.text = s.place_id
JOIN stock_product p ON p.text = s.product
WHERE s.period % 100 BETWEEN 1 AND 12
GROUP BY t.unit, s.period, p.product, p.called
"""

_CARD_DOSES = """
WITH given AS (
    SELECT c.unit, c.period, p.product, u.dose,
           max(c.total) FILTER (WHERE u.routine) AS routine,
           sum(c.total) FILTER (WHERE u.campaign) AS campaign
    FROM unit_counts c JOIN product_element p USING (element)
    JOIN used_as u USING (element)
    WHERE c.unit IN (SELECT unit FROM card) AND c.total IS NOT NULL GROUP BY ALL
)
SELECT k.unit, k.period, k.product, coalesce(k.issued,
           k.opening + k.received - coalesce(k.lost, 0) - k.closing) AS used,
       g.doses
FROM card k JOIN (
    SELECT unit, period, product,
           sum(coalesce(routine, 0) + coalesce(campaign, 0)) AS doses
    FROM given GROUP BY ALL) g USING (unit, period, product)
WHERE used IS NOT NULL
"""
"""Doses used: as issued from the card, else what left it and was not lost."""

_ABOVE_USED = """
WITH together AS (
    SELECT m.place, c.product, c.period // 100 AS year, sum(c.doses) AS doses,
           sum(c.used) AS used, count(DISTINCT c.period) AS months_told,
           count(DISTINCT c.unit) AS units, min(c.period) AS first,
           max(c.period) AS last
    FROM card_doses c JOIN membership m ON m.unit = c.unit
        AND c.period BETWEEN m.first_month AND m.last_month
    JOIN place p ON p.place_key = m.place
    WHERE p.level IS DISTINCT FROM 'group'
    GROUP BY m.place, c.product, c.period // 100
)
SELECT 'doses_above_used' AS rule, place,
       (SELECT min(element) FROM product_element p WHERE p.product = t.product)
           AS element,
       first, last, (doses - used) / sqrt(doses + used) AS size,
       doses AS value, used AS expected,
       to_json(struct_pack(product := product, doses := doses, used := used,
           wastage := round(100 * (used - doses) / nullif(used, 0), 1),
           units := units, months_told := months_told,
           year_told := year))::VARCHAR AS params
FROM together t WHERE doses - used > {factor} * sqrt(doses + used)
  AND 100 * (doses - used) >= {least} * used
"""

_OPENING = """
WITH runs AS (
    SELECT *, lag(closing) OVER cards AS before, lag(period) OVER cards AS month_before
    FROM card WINDOW cards AS (PARTITION BY unit, called ORDER BY period)
)
SELECT 'opening_not_previous_closing' AS rule, unit AS place, period AS first,
       abs(opening - before) AS size, opening AS value, before AS expected,
       to_json(struct_pack(product := called, opening := opening, closing := before,
           month_before := month_before))::VARCHAR AS params
FROM runs
WHERE opening <> before
  AND period // 100 * 12 + period % 100 = month_before // 100 * 12
      + month_before % 100 + 1
"""

_BALANCE = """
SELECT 'stock_does_not_balance' AS rule, unit AS place, period AS first,
       abs(left_over - closing) AS size, closing AS value, left_over AS expected,
       to_json(struct_pack(product := called, closing := closing,
           left_over := left_over))::VARCHAR AS params
FROM (SELECT *, opening + received - issued - coalesce(lost, 0) AS left_over FROM card)
WHERE left_over <> closing
"""

"""What is known to have happened at places: the context that explains a dip.

Table `context`: place (what lies below is meant too), first_month, last_month, kind,
product, note, source. From events that people told, days without stock, and sessions
that were not held. Product is blank where every vaccine is meant. A stock-out that an
event tells and the stock card too is one: its note names the product.
"""

import re

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline import spans
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood


def tell_context(engine: Engine, known: Understood, rules: Rules) -> None:
    """Tables `context` and `product_element` (product, element key).

    Constants `stockout_least_days` and `sessions_held_least`; a profile without them
    knows events only.
    """
    _products(engine, known)
    engine.connection.execute(
        "CREATE TABLE context (place INTEGER, first_month INTEGER,"
        " last_month INTEGER, kind VARCHAR, product VARCHAR, note VARCHAR,"
        " source VARCHAR)"
    )
    engine.put("told_events", known.tables["events"])
    engine.put("note_product", _noted(known))
    engine.connection.execute(_EVENTS)
    constants = rules.profile.constants
    if "stockout_least_days" in constants:
        engine.put("told_stock", known.tables["stock"])
        least = float(constants["stockout_least_days"].value)
        engine.connection.execute(_STOCK.format(least=least))
        engine.connection.execute(_ONCE)
    if "sessions_held_least" in constants:
        least = float(constants["sessions_held_least"].value)
        engine.connection.execute(_SESSIONS.format(least=least))
    engine.drop("told_events", "note_product", "told_stock", "product_text")


def _noted(known: Understood) -> pa.Table:
    """Notes of stock-outs that name one product: note, product."""
    events = known.tables["events"]
    pairs = zip(events["kind"].to_pylist(), events["note"].to_pylist(), strict=True)
    notes = sorted({note for kind, note in pairs if kind == "stock_out" and note})
    words = known.catalogue.dictionary
    named = {
        note: {
            code for word in re.findall(r"\w+", note) if (code := words.product(word))
        }
        for note in notes
    }
    one = [(note, *codes) for note, codes in named.items() if len(codes) == 1]
    return pa.table(
        {
            "note": pa.array([note for note, _ in one], pa.string()),
            "product": pa.array([code for _, code in one], pa.string()),
        }
    )


def _products(engine: Engine, known: Understood) -> None:
    """Tables of products: as stock names them, and the doses they are given as."""
    words = known.catalogue.dictionary
    texts = sorted(set(known.tables["stock"]["product"].to_pylist()))
    engine.put(
        "product_text",
        pa.table(
            {
                "text": pa.array(texts, pa.string()),
                "product": pa.array(
                    [words.product(text) or text for text in texts], pa.string()
                ),
            }
        ),
    )
    pairs = [
        (words.antigens[element.antigen].product, key)
        for (code, _variant), key in known.mapped.keys.items()
        if (element := known.catalogue.elements[code]).antigen in words.antigens
    ]
    engine.put(
        "product_element",
        pa.table(
            {
                "product": pa.array([product for product, _ in pairs], pa.string()),
                "element": pa.array([key for _, key in pairs], pa.int16()),
            }
        ),
    )


_EVENTS = f"""
INSERT INTO context BY NAME
SELECT t.unit AS place, year(e.start) * 100 + month(e.start) AS first_month,
       coalesce(year(e.end) * 100 + month(e.end),
                (SELECT max({spans.LAST_MONTH.format("last_month")}) FROM data_span))
           AS last_month,
       e.kind, CASE WHEN e.kind = 'stock_out' THEN coalesce(n.product, '') ELSE '' END
           AS product, coalesce(e.note, '') AS note,
       coalesce(e.source, '') AS source
FROM told_events e JOIN place_texts t ON t.text = e.place_id
LEFT JOIN note_product n ON n.note = e.note
WHERE e.end IS NULL OR e.end >= e.start
ORDER BY place, first_month, kind
"""

_RUNS = """
INSERT INTO context BY NAME
SELECT place, min(period) AS first_month, max(period) AS last_month,
       '{kind}' AS kind, product, '' AS note, '{source}' AS source
FROM (SELECT *, period // 100 * 12 + period % 100
              - row_number() OVER (PARTITION BY place, product ORDER BY period) AS run
      FROM ({months}))
GROUP BY place, product, run ORDER BY place, product, first_month
"""

_STOCK = _RUNS.format(
    kind="stock_out",
    source="stock",
    months="SELECT DISTINCT t.unit AS place, s.period, p.product FROM told_stock s"
    " JOIN place_texts t ON t.text = s.place_id JOIN product_text p ON p.text ="
    " s.product WHERE s.stockout_days >= {least}",
)

_ONCE = """
CREATE OR REPLACE TABLE context AS
WITH begun AS (
    SELECT *, coalesce(first_month > max(last_month) OVER (
                  PARTITION BY place, kind, product
                  ORDER BY first_month, last_month, source
                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS begins
    FROM context WHERE kind = 'stock_out' AND product <> ''
),
runs AS (
    SELECT *, count(*) FILTER (WHERE begins) OVER (
                  PARTITION BY place, kind, product
                  ORDER BY first_month, last_month, source
                  ROWS UNBOUNDED PRECEDING) AS run
    FROM begun
),
once AS (
    SELECT place, min(first_month) AS first_month, max(last_month) AS last_month, kind,
           product, max(note) AS note,
           string_agg(DISTINCT source, ', ' ORDER BY source) AS source
    FROM runs GROUP BY place, kind, product, run
)
FROM context WHERE kind <> 'stock_out' OR product = ''
UNION ALL BY NAME FROM once
ORDER BY place, first_month, kind, product
"""
"""Stock-outs of one product at a place whose months meet, as one."""

_SESSIONS = _RUNS.format(
    kind="sessions_cancelled",
    source="sessions",
    months="SELECT place, period, '' AS product FROM sessions"
    f" WHERE strategy = 'all' AND {spans.MONTHS.format('period')}"
    " AND planned > 0 AND 100 * held < {least} * planned",
)

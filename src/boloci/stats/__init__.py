"""Pure statistics: Narwhals frames or NumPy arrays in, the same out.

Nothing here sees a request, a database, a clock or a language. Frames run on DuckDB,
Polars and Spark alike, so only a listed vocabulary is used: select, filter, join,
group_by, with_columns, concat, when/then; integers are cast to float before they are
divided, and every division goes through `ratio`.

Places, elements and periods are integers here (`place`, `element`, `period` as in
`boloci.periods`), sexes are `BOTH`, `FEMALE`, `MALE`.
"""

"""The yardstick's national data as the tidy files that a country would import.

usage: python -m bench.national_files DATA_DIR OUT_DIR
DATA_DIR is what `shared/bench/generate.py` wrote. Sexes and strategies of the values
are its six combinations; places are a country of regions, districts and areas.
"""

import sys
from pathlib import Path

import duckdb

ELEMENTS = (
    "BCG OPV0 OPV1 OPV2 OPV3 DTP1 DTP2 DTP3 PCV1 PCV2 PCV3 ROTA1 ROTA2 ROTA3 IPV1"
    " IPV2 MCV1 MCV2 YF MENA HPV VITA TD1 TD2 AEFI"
)
STRATEGIES = "fixed outreach mobile"

PLACES = """
select distinct 'C' place_id, 'Pays' as name, 'country' as level, '' parent_id
from areas union all
select distinct 'R' || region, 'Region ' || region, 'region', 'C' from areas union all
select distinct 'D' || district, 'District ' || district, 'district', 'R' || region
from areas union all
select 'A' || area, 'Aire ' || area, 'area', 'D' || district from areas
"""
VALUES = """
select e.code element, 'A' || area place_id, period,
if(combo % 2 = 1, 'male', 'female') sex, s.code strategy, value::bigint as value
from source join e on e.n = element join s on s.n = combo // 2
"""
TARGETS = """
select population, 'A' || area place_id, year, sex, value from (
  unpivot (select area, year, female, male from targets) on female, male
  into name sex value value
), (values ('surviving_infants'), ('live_births')) p(population)
"""
REPORTS = """
select 'vaccination' dataset, 'A' || a.area place_id, p.period, 1 expected,
if(r.area is null, 0, 1) received, if(coalesce(r.days_after, 99) <= 10, 1, 0) on_time
from areas a cross join (select distinct period from reports) p
left join reports r on r.area = a.area and r.period = p.period
"""


def make(data: Path, out: Path) -> int:
    """Write places, targets, reports and values; return how many values."""
    out.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    for name in ("areas", "targets", "reports"):
        con.execute(f"create view {name} as from '{data}/{name}.parquet'")
    con.execute(f"create view source as from '{data}/values.parquet'")
    for name, codes in (("e", ELEMENTS), ("s", STRATEGIES)):
        con.execute(f"create table {name} (n int, code varchar)")
        con.executemany(
            f"insert into {name} values (?, ?)", list(enumerate(codes.split()))
        )
    for name, query in (
        ("places", PLACES),
        ("targets", TARGETS),
        ("reports", REPORTS),
        ("values", VALUES),
    ):
        con.execute(f"copy ({query}) to '{out / name}.csv' (header)")
    return con.execute("select count(*) from source").fetchone()[0]


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), Path(sys.argv[2])))

"""DHIS2 completeness -> the table `reports`.

A registration says that a unit declared a form complete: one report received. How many
were expected is not in it; reporting-rate analytics say that (see `analytics`).
"""

from collections.abc import Iterable
from typing import Any

from boloci.periods import NotAPeriod, WeeklyPeriod, code
from boloci.problems import Where, refuse
from boloci.sources.dhis2.documents import Registration, id_of
from boloci.sources.dhis2.unread_periods import why_not

RATES = {
    "REPORTING_RATE": "rate",
    "ACTUAL_REPORTS": "received",
    "EXPECTED_REPORTS": "expected",
    "ACTUAL_REPORTS_ON_TIME": "on_time",
}
"""What follows the data set's identifier in analytics, and the column it fills."""
UNUSED_RATES = frozenset({"REPORTING_RATE_ON_TIME"})


def registered(
    registrations: Iterable[Registration], file: str
) -> list[dict[str, Any]]:
    """One row a form, place and period declared complete. Raises `Refused`.

    Several registrations of one form (one for each attribute option) are one report;
    one that was taken back (`completed` false) is none.
    """
    seen: dict[tuple[str, str, int], int] = {}
    for row, each in enumerate(registrations, 1):
        if each.completed is False:
            continue
        place = id_of(each.organisationUnit) or id_of(each.orgUnit)
        dataset, period = id_of(each.dataSet), id_of(each.period)
        for name, text in (
            ("dataSet", dataset),
            ("organisationUnit", place),
            ("period", period),
        ):
            if not text:
                raise refuse("value_key_blank", Where(file, row=row, column=name))
        key = (str(dataset), str(place), period_code(str(period), file, row))
        seen.setdefault(key, row)
    return [received(*key, row) for key, row in seen.items()]


def received(dataset: str, place: str, period: int, row: int) -> dict[str, Any]:
    """A row of `reports`: one report came, how many were expected is not said."""
    return {
        "dataset": dataset,
        "place_id": place,
        "period": period,
        "received": 1.0,
        "row": row,
    }


def period_code(text: str, file: str, row: int) -> int:
    """Code of a period text. Raises `Refused` with the reason and the remedy."""
    try:
        return code(text)
    except NotAPeriod as error:
        where = Where(file, row=row, column="period", text=text)
        weekly = isinstance(error, WeeklyPeriod)
        raise refuse("weekly_period" if weekly else why_not(text), where) from None

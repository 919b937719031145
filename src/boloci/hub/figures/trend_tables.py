"""The columns of a figure over time, the same wherever a trend is drawn."""

from boloci.charts import Column
from boloci.hub.language import _


def columns(unit: str, *, numerator: str = "", denominator: str = "") -> list[Column]:
    """Columns of the table behind a trend.

    numerator, denominator    what the two are called; usually just that
    """
    return [
        Column("period", _("Period"), "period"),
        Column("place", _("Place"), "place"),
        Column("value", _("Value"), unit),
        Column("numerator", numerator or _("Numerator"), "doses"),
        Column("denominator", denominator or _("Denominator"), "children"),
        Column("received", _("Reports received"), "reports"),
        Column("expected", _("Reports expected"), "reports"),
        Column("flags", _("Remarks"), "flags"),
    ]

"""An estimated figure taken apart: what it is, what doses alone would say, what it
stands on; where it is refused, why and what would tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci.explain import ESTIMATED, Explanation
from boloci.hub import links, reading, showing
from boloci.hub.figures import choice, estimated_tables
from boloci.hub.figures import estimated_words as words
from boloci.hub.figures.estimated import Fit
from boloci.hub.figures.zero_dose_tables import why
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.published import PlaceRow

WITHOUT_LEVEL = ("dropout_dtp1_dtp3", "dtp1_sex_gap_relative")
"""Indicators that are told where the level of coverage is not."""
ABOVE = ("country", "region", "district", "group")
"""Levels that the page of zero-dose children can be asked about."""
REFUSED = "refused"
"""Flag of every refusal, beside the one that says why."""
Row = Mapping[str, Any]
Link = tuple[str, str]


@dataclass(frozen=True)
class Estimated:
    """What the page says of an estimated figure."""

    sentence: str
    """How sure the figure is; blank where it is refused, of which `remarks` tell."""
    remarks: str
    usual: str
    """What doses over the official target alone would say; blank where they are not
    set against each other for this indicator."""
    usual_explain: str
    helps: Sequence[str]
    """What would tell a refused figure."""
    still_told: Sequence[Link]
    """Figures of the same place that are told though this one is refused."""
    fit: Fit | None
    links: Sequence[Link]

    @property
    def rests_on(self) -> list[str]:
        """What the estimate is made from."""
        return words.rests_on(self.fit) if self.fit else []

    @property
    def stale(self) -> str:
        """What is to be done where data came since; blank where none did."""
        return words.stale(self.fit) if self.fit else ""


def estimated(
    scope: Scope, here: PlaceRow, one: Explanation, build: Mapping[str, str]
) -> Estimated | None:
    """What is said of an estimated figure; None for any other.

    build    `{"build": ID}` where an older publication was asked for
    """
    fact = one.fact
    if fact["method"] != ESTIMATED:
        return None
    known = fact["value"] is not None
    usual = _usual(scope, fact, build)
    return Estimated(
        sentence=_sentence(fact) if known else "",
        remarks=remarks(fact),
        usual=_beside(fact, usual) if known and usual else "",
        usual_explain=links.explain(usual) if usual else "",
        helps=() if known else helps(fact["flags"] or ""),
        still_told=() if known else _still_told(scope, fact, build),
        fit=_fit(one.estimate),
        links=_links(scope, here, fact),
    )


def remarks(fact: Row) -> str:
    """Flags of a fact: not that of old data, which is told with its day, and not that
    of any refusal where another says why."""
    told = estimated_tables.remarks(fact).split(";")
    why_not = [flag for flag in told if flag != REFUSED]
    return ";".join(why_not if REFUSED in told and why_not else told)


def _fit(about: Mapping[str, Any]) -> Fit | None:
    """How the estimate was made, of the build that the figure is from."""
    names = Fit.__dataclass_fields__
    return Fit(**{name: about[name] for name in names}) if about else None


def _sentence(fact: Row) -> str:
    """How sure the figure is; blank where it has no interval."""
    if fact["lower"] is None or fact["upper"] is None:
        return ""
    return _(
        "There are 9 chances in 10 that the true figure lies between {lower} and"
        " {upper}."
    ).format(lower=_told(fact, fact["lower"]), upper=_told(fact, fact["upper"]))


def _told(fact: Row, value: float | None) -> str:
    """A figure as a sentence tells it: no more digits than are known."""
    if fact["unit"] == "children":
        return words.children(value)
    if fact["unit"] == "percent" and value is not None:
        return words.percent(value)
    return showing.figure(value, fact["unit"])


def _usual(scope: Scope, fact: Row, build: Mapping[str, str]) -> Row | None:
    """The same figure as reported over the official target, if there is one."""
    found = reading.counted_otherwise(
        scope, fact, method=["reported"], denominator=["target"], **build
    )
    return found[0] if found else None


def _beside(fact: Row, usual: Row) -> str:
    """What doses alone would say, and whether the estimate allows it."""
    if usual["value"] is None:
        return _(
            "Reported doses set against the official target tell nothing by themselves"
            " here. {why}"
        ).format(why=why(usual))
    if fact["lower"] is None or fact["upper"] is None:
        text = _(
            "Reported doses set against the official target would by themselves say"
            " {n}."
        )
    elif usual["value"] > fact["upper"]:
        text = _(
            "Reported doses set against the official target would by themselves say"
            " {n}: more than the estimate allows."
        )
    elif usual["value"] < fact["lower"]:
        text = _(
            "Reported doses set against the official target would by themselves say"
            " {n}: less than the estimate allows."
        )
    else:
        text = _(
            "Reported doses set against the official target would by themselves say"
            " {n}: the estimate allows it."
        )
    return text.format(n=_told(usual, usual["value"]))


def helps(flags: str) -> list[str]:
    """What would tell a refused figure, by the flags that say why it is refused."""
    known = {
        "level_not_told": _(
            "A survey of the region, or lots (LQAS) in its districts, would tell:"
            " import one, build, and run boloci estimate again."
        ),
        "dose_not_told": _(
            "Reports of this dose, or a survey that asks after it, would tell."
        ),
        "sexes_not_told": _(
            "Doses reported for girls and boys apart, or a survey that tells them"
            " apart, would tell."
        ),
        "target_missing": _(
            "An official target, or births counted on a grid of the population"
            " (WorldPop), would tell."
        ),
    }
    return [known[flag] for flag in flags.split(";") if flag in known]


def _still_told(scope: Scope, fact: Row, build: Mapping[str, str]) -> list[Link]:
    """Figures that need no level, of the same place and period."""
    found = reading.facts(
        scope,
        indicator=[one for one in WITHOUT_LEVEL if one != fact["indicator"]],
        place=fact["place_id"],
        period=fact["period"],
        sex="total",
        method=[ESTIMATED],
        **build,
    ).to_pylist()
    return [
        (links.explain(one), _named(one)) for one in found if one["value"] is not None
    ]


def _named(fact: Row) -> str:
    """An indicator with its figure."""
    return _("{indicator}: {value}").format(
        indicator=choice.indicator(fact["indicator"]),
        value=showing.figure(fact["value"], fact["unit"]),
    )


def _links(scope: Scope, here: PlaceRow, fact: Row) -> list[Link]:
    """Where to go on: zero-dose children of the place, and how estimates are made."""
    places = [here, *reversed(reading.above(scope, here))]
    asked = next((one for one in places if one.level in ABOVE), None)
    found = []
    if asked is not None:
        level = here.level if asked is not here else ""
        period = fact["period"] if "S" not in fact["period"] else fact["period"][:4]
        text = _("Zero-dose children of {place}: where, and what moved the estimate")
        address = links.zero_dose(asked.place_id, period, level)
        found.append((address, text.format(place=asked.name)))
    return [*found, ("/sources#estimate", _("How estimates are made"))]

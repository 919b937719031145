"""Whether a figure is real: what its reports, its flags and the findings say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci.hub import reading, showing
from boloci.hub.current import workspace
from boloci.hub.figures import quality_tables
from boloci.hub.language import _, spoken
from boloci.hub.rights import Scope
from boloci.tables import SEVERITIES, finding_of
from boloci.wording import finding_sentence

FINDINGS = 4
ELSEWHERE = ("look_first",)
"""Rules told elsewhere on the page."""
WHY_ABOVE = "above_100_"
"""Rules that weigh why a coverage passes 100 % begin so."""


@dataclass(frozen=True)
class Doubt:
    """The answer to "is this figure real?"."""

    answer: str
    points: Sequence[str]
    low: float | None = None
    high: float | None = None
    """Ends of the figure over scenarios and sources of denominators."""


def doubt(fact: Mapping[str, Any] | None, others: Sequence[Mapping[str, Any]]) -> Doubt:
    """What speaks for and against a figure.

    others    the same figure under every scenario and denominator that is stored
    """
    if fact is None:
        return Doubt(_("No figure: nothing was reported here for this period."), [])
    values = [one["value"] for one in others if one["value"] is not None]
    low, high = (min(values), max(values)) if values else (None, None)
    points = [*_reports(fact)]
    if low is not None and high is not None and high - low >= 1:
        points.append(
            _(
                "From {low} to {high}, according to who counts the children and how"
                " missing reports are treated."
            ).format(
                low=showing.figure(low, fact["unit"]),
                high=showing.figure(high, fact["unit"]),
            )
        )
    counts = {one["denominator_source"] for one in others if one["value"] is not None}
    return Doubt(_answer(fact, low, len(counts)), points, low, high)


def _answer(fact: Mapping[str, Any], low: float | None, counts: int) -> str:
    """One sentence. `counts`: how many counts of children the figure is known with."""
    flags = set((fact["flags"] or "").split(";"))
    if fact["value"] is None:
        return _("This figure cannot be told from these data.")
    if fact["unit"] == "percent" and "above_100" in flags:
        if low is not None and low <= 100:
            return _(
                "Not as it stands: more doses than children. With other counts of"
                " children it is {low} or more."
            ).format(low=showing.figure(low, fact["unit"]))
        if counts > 1:
            return _(
                "Not as it stands: more doses than children, however they are counted."
            )
        return _("Not as it stands: more doses than children in the official target.")
    least = _constant("completeness_low")
    if fact["expected"] and 100 * fact["received"] < least * fact["expected"]:
        return _("In part: too many reports are missing.")
    if fact["expected"] and fact["received"] < fact["expected"]:
        return _("Nearly: some reports are missing, the true figure may be higher.")
    return _("Nothing in the data speaks against it.")


def _reports(fact: Mapping[str, Any]) -> list[str]:
    if not fact["expected"]:
        return []
    share = 100 * fact["received"] / fact["expected"]
    return [
        _("Reports received: {received} of {expected} ({share}).").format(
            received=showing.number(fact["received"], "reports"),
            expected=showing.number(fact["expected"], "reports"),
            share=showing.figure(share, "percent", 0),
        )
    ]


def findings(scope: Scope, place_id: str, year: str) -> list[dict[str, Any]]:
    """The gravest findings of a place that touch a year, in words.

    `technical`: weighs causes in numbers, which most readers need not see at once.
    """
    catalogue = workspace().catalogue
    found = reading.findings(scope, place=place_id, period=year).to_pylist()
    grave = [
        row
        for row in found
        if row["rule"] not in ELSEWHERE
        and (row["severity"] != SEVERITIES[0] or row["rule"].startswith(WHY_ABOVE))
    ]
    told = []
    for row in grave[:FINDINGS]:
        sentence, action = finding_sentence(finding_of(row), catalogue, spoken())
        technical = row["rule"].startswith(WHY_ABOVE)
        told.append(
            {
                "sentence": sentence,
                "action": action,
                "technical": technical,
                "explain": quality_tables.explained(row),
            }
        )
    return told


def _constant(name: str) -> float:
    return float(workspace().catalogue.profiles["boloci"].value(name))

"""Whether a figure is real: what its reports, its flags and the findings say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci.hub import reading, showing
from boloci.hub.current import workspace
from boloci.hub.figures import choice, quality_tables
from boloci.hub.language import _, ngettext, spoken
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


@dataclass(frozen=True)
class Findings:
    """What the rules doubt of a place: the gravest in words, and how many there are."""

    told: Sequence[Mapping[str, Any]] = ()
    total: int = 0

    @property
    def plain(self) -> Sequence[Mapping[str, Any]]:
        """Those that most readers need."""
        return [one for one in self.told if not one["technical"]]

    @property
    def technical(self) -> Sequence[Mapping[str, Any]]:
        """Those that weigh in numbers why a coverage passes a hundred."""
        return [one for one in self.told if one["technical"]]

    @property
    def why_above(self) -> str:
        """Of which coverages the technical ones tell, and of when."""
        about = dict.fromkeys(one["about"] for one in self.technical)
        return _("Details: why it passes a hundred ({what})").format(
            what=_("; ").join(about)
        )


def doubt(
    fact: Mapping[str, Any] | None,
    others: Sequence[Mapping[str, Any]],
    found: Findings,
) -> Doubt:
    """What speaks for and against a figure.

    others    the same figure under every scenario and denominator that is stored
    found     what the rules doubt of its place, of its period or the year of it
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
    return Doubt(_answer(fact, low, len(counts), found), points, low, high)


def _answer(
    fact: Mapping[str, Any], low: float | None, counts: int, found: Findings
) -> str:
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
    if found.total:
        return _doubts(found)
    if fact["expected"] and fact["received"] < fact["expected"]:
        return _("Nearly: some reports are missing, the true figure may be higher.")
    if not fact["expected"]:
        return _("No rule was triggered, but nobody said which reports to expect.")
    return _("Reports are complete and no rule was triggered.")


def _doubts(found: Findings) -> str:
    """That there are doubts, counted as they stand below."""
    if found.total > len(found.told):
        return _("Not sure: {n} doubts, the gravest of them below.").format(
            n=showing.number(found.total, "reports")
        )
    return ngettext(
        "Not sure: see the doubt below.",
        "Not sure: see the {n} doubts below.",
        found.total,
    ).format(n=found.total)


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


def findings(scope: Scope, place_id: str, year: str) -> Findings:
    """The doubts about a place that touch a year, the gravest in words.

    `technical`: weighs causes in numbers, which most readers need not see at once.
    What is only good to know is no doubt and is left out.
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
                "about": _about(row),
                "explain": quality_tables.explained(row),
            }
        )
    return Findings(told, len(grave))


def _about(row: Mapping[str, Any]) -> str:
    """The figure that a finding is about, and of when."""
    name = row["indicator"] or f"{(row['element'] or '').lower()}_coverage"
    return _("{indicator}, {period}").format(
        indicator=choice.indicator(name), period=showing.period(row["period_start"])
    )


def _constant(name: str) -> float:
    return float(workspace().catalogue.profiles["boloci"].value(name))

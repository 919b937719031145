"""What a chain of denominators starts from, line by line."""

from collections.abc import Iterator, Mapping
from typing import Any

from boloci.telling.tongue import Tongue


def lines(tongue: Tongue, inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and text of each input that is known."""
    for name, value in inputs.items():
        if value is not None:
            yield _name(tongue, name), _value(tongue, name, value)


def _name(tongue: Tongue, code: str) -> str:
    known = {
        "element": tongue.gettext("counted contacts"),
        "counted": tongue.gettext("how many, in this scenario"),
        "survey_coverage": tongue.gettext("survey coverage"),
        "survey": tongue.gettext("survey"),
        "survey_year": tongue.gettext("children born in"),
        "live_births": tongue.gettext("official live births"),
        "base_year": tongue.gettext("base year"),
        "base_infants": tongue.gettext("infants of the country in the base year"),
        "base_children": tongue.gettext(
            "official children of the country in the base year"
        ),
    }
    return known.get(code, code)


def _value(tongue: Tongue, name: str, value: Any) -> str:
    """A share as a percentage, a number of people whole, a year or a name as it is."""
    if name == "survey_coverage":
        return tongue.figure(100 * value, "percent")
    return tongue.whole(value) if isinstance(value, float) else str(value)

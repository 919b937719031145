"""How a figure came about: a scenario of adjustment, or another source."""

from boloci.telling.tongue import Tongue


def name(tongue: Tongue, code: str) -> str:
    """A method in words that need no handbook."""
    known = {
        "reported": tongue.gettext("as reported"),
        "outliers": tongue.gettext("far too high numbers replaced"),
        "completeness": tongue.gettext("missing reports filled in"),
        "both": tongue.gettext("both adjustments"),
        "estimated": tongue.gettext("estimated, with its interval"),
        "survey": tongue.gettext("measured by a survey"),
        "lqas": tongue.gettext("from lots of a survey"),
        "wuenic": tongue.gettext("estimated by WHO and UNICEF"),
        "register": tongue.gettext("from registers"),
        "team": tongue.gettext("from an improvement team"),
    }
    return known.get(code, code)


def short(tongue: Tongue, code: str) -> str:
    """A method in a column of a terminal, where a scenario has two words."""
    known = {
        "outliers": tongue.gettext("outliers replaced"),
        "completeness": tongue.gettext("reports filled in"),
    }
    return known.get(code) or name(tongue, code)

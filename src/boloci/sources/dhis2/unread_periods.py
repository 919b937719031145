"""DHIS2 periods that boloci does not read, and why each is refused."""

import re

_KINDS = {
    "daily_period": r"\d{8}|\d{4}-\d{2}-\d{2}",
    "bimonthly_period": r"\d{6}B",
    "financial_year_period": r"\d{4}(April|July|Sep|Oct|Nov|Feb|Aug)",
    "shifted_semester_period": r"\d{4}(April|Nov)S[12]",
    "shifted_quarter_period": r"\d{4}NovQ[1-4]",
}


def why_not(text: str) -> str:
    """Code of the problem for a period text that is none of boloci's."""
    for problem, pattern in _KINDS.items():
        if re.fullmatch(pattern, text.strip()):
            return problem
    return "unknown_period"

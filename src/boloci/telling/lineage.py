"""Rows behind a figure: what each is for, what became of it, why a month changed."""

from boloci.telling.tongue import Tongue


def role(tongue: Tongue, code: str) -> str:
    """Which part of the figure a row is for."""
    known = {
        "numerator": tongue.gettext("numerator"),
        "denominator": tongue.gettext("denominator"),
        "estimate": tongue.gettext("estimate"),
    }
    return known.get(code, code)


def state(tongue: Tongue, code: str) -> str:
    """Whether a row counts, and why not."""
    known = {
        "used": tongue.gettext("used"),
        "superseded": tongue.gettext("replaced by a later row"),
        "deleted": tongue.gettext("deleted by the source"),
        "undone": tongue.gettext("import taken back"),
        "passed_over": tongue.gettext("not part of this figure"),
        "replaced": tongue.gettext("replaced by the whole of a later file"),
        "corrected": tongue.gettext("replaced by a correction"),
        "set_aside": tongue.gettext("set aside by a correction"),
    }
    return known.get(code, code)


def reason(tongue: Tongue, code: str) -> str:
    """Why a scenario changes a month."""
    known = {
        "outlier": tongue.gettext("outlier replaced"),
        "missing": tongue.gettext("no report: filled in"),
        "rate": tongue.gettext("part of the reports is missing: raised"),
    }
    return known.get(code, code)

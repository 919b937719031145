"""What an import understood, in words: kinds of files, and how many rows of what."""

from collections.abc import Mapping

from boloci.cli.language import _, ngettext
from boloci.cli.showing import labelled, number


def format_words(format: str) -> str:
    """A recognised format (`Reading.format`) as people call it.

    DHIS2's own names of what it exports stay as DHIS2 writes them.
    """
    system, _space, rest = format.partition(" ")
    if system == "dhis2":
        what, _space, kind = rest.partition(" ")
        return f"DHIS2 {what} ({kind.upper()})" if kind else f"DHIS2 {what}"
    if system == "tidy":
        return labelled(_("tidy table"), table_word(rest.partition(" ")[0]))
    named = {
        "countdown": _("Countdown workbook"),
        "spreadsheet": _("spreadsheet"),
        "wuenic": _("WUENIC, of WHO and UNICEF"),
    }
    return named.get(system, format)


def table_word(name: str) -> str:
    """What a tidy table holds, in the language being spoken."""
    named = {
        "places": _("places"),
        "groups": _("groups"),
        "values": _("values"),
        "targets": _("targets"),
        "reports": _("reports"),
        "sessions": _("sessions"),
        "stock": _("stock"),
        "surveys": _("surveys"),
        "lqas": _("lots"),
        "measures": _("measures"),
        "goals": _("goals"),
        "events": _("events"),
        "corrections": _("corrections"),
        "recounts": _("recounts"),
    }
    return named.get(name, name)


def rows_words(rows: Mapping[str, int]) -> str:
    """How many rows of each table a file gave: `1 461 units, 3 groups`."""
    return ", ".join(_counted(name, count) for name, count in rows.items())


def _counted(name: str, count: int) -> str:
    forms = {
        "places": ngettext("{n} place", "{n} places", count),
        "groups": ngettext("{n} place in a group", "{n} places in groups", count),
        "values": ngettext("{n} value", "{n} values", count),
        "targets": ngettext("{n} target", "{n} targets", count),
        "reports": ngettext("{n} count of reports", "{n} counts of reports", count),
        "sessions": ngettext("{n} count of sessions", "{n} counts of sessions", count),
        "stock": ngettext("{n} line of stock", "{n} lines of stock", count),
        "surveys": ngettext("{n} survey result", "{n} survey results", count),
        "lqas": ngettext("{n} lot", "{n} lots", count),
        "measures": ngettext("{n} measure", "{n} measures", count),
        "goals": ngettext("{n} goal", "{n} goals", count),
        "events": ngettext("{n} event", "{n} events", count),
        "corrections": ngettext("{n} correction", "{n} corrections", count),
        "recounts": ngettext("{n} recount", "{n} recounts", count),
        "elements": ngettext("{n} element", "{n} elements", count),
        "options": ngettext("{n} option", "{n} options", count),
        "datasets": ngettext("{n} data set", "{n} data sets", count),
        "units": ngettext("{n} unit", "{n} units", count),
        "unit_levels": ngettext("{n} level", "{n} levels", count),
        "wuenic": ngettext(
            "{n} estimate of WHO/UNICEF", "{n} estimates of WHO/UNICEF", count
        ),
    }
    return forms.get(name, f"{{n}} {name}").format(n=number(count, 0))

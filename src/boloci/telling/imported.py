"""What an import understood, in words: kinds of files, and how many rows of what."""

from collections.abc import Mapping

from boloci.telling.tongue import Tongue


def kind(tongue: Tongue, format: str) -> str:
    """A recognised format (`Reading.format`) as people call it.

    DHIS2's own names of what it exports stay as DHIS2 writes them.
    """
    system, _space, rest = format.partition(" ")
    if system == "dhis2":
        what, _space, written = rest.partition(" ")
        return f"DHIS2 {what} ({written.upper()})" if written else f"DHIS2 {what}"
    if system == "tidy":
        held = table(tongue, rest.partition(" ")[0])
        tidy = tongue.gettext("tidy table")
        return tongue.gettext("{name}: {text}").format(name=tidy, text=held)
    named = {
        "countdown": tongue.gettext("Countdown workbook"),
        "spreadsheet": tongue.gettext("spreadsheet"),
        "wuenic": tongue.gettext("WUENIC, of WHO and UNICEF"),
    }
    return named.get(system, format)


def table(tongue: Tongue, name: str) -> str:
    """What a tidy table holds."""
    named = {
        "places": tongue.gettext("places"),
        "groups": tongue.gettext("groups"),
        "values": tongue.gettext("values"),
        "targets": tongue.gettext("targets"),
        "reports": tongue.gettext("reports"),
        "sessions": tongue.gettext("sessions"),
        "stock": tongue.gettext("stock"),
        "surveys": tongue.gettext("surveys"),
        "lqas": tongue.gettext("lots"),
        "measures": tongue.gettext("measures"),
        "goals": tongue.gettext("goals"),
        "events": tongue.gettext("events"),
        "corrections": tongue.gettext("corrections"),
        "recounts": tongue.gettext("recounts"),
    }
    return named.get(name, name)


def rows(tongue: Tongue, counted: Mapping[str, int]) -> str:
    """How many rows of each table a file gave: `1 461 units, 3 groups`."""
    return ", ".join(_counted(tongue, name, count) for name, count in counted.items())


def _counted(tongue: Tongue, name: str, count: int) -> str:
    ngettext = tongue.ngettext
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
    return forms.get(name, f"{{n}} {name}").format(n=tongue.number(count, digits=0))

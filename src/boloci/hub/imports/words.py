"""What an import understood and where it stands, in the words of the hub.

Kinds of files and of rows are told in the same words as on the command line
(`boloci.cli.import_words`): the messages are the same, so their French is too.
"""

from collections.abc import Mapping

from boloci.hub import showing
from boloci.hub.imports.models import Upload
from boloci.hub.imports.told import refusal
from boloci.hub.language import _, ngettext
from boloci.problems import Refused


def states() -> dict[str, str]:
    """States of an upload in words."""
    return {
        "reading": _("being read"),
        "understood": _("read; waiting for your decision"),
        "refused": _("cannot be read"),
        "keeping": _("being imported"),
        "kept": _("imported"),
        "discarded": _("discarded"),
    }


def why_not(upload: Upload, error: Refused) -> list[str]:
    """Why something was not done to an upload, which is as it is now."""
    if any(one.code == "record_changed" for one in error.problems):
        return [meanwhile(upload)]  # nothing was typed that could be compared
    return refusal(error)


def meanwhile(upload: Upload) -> str:
    """What became of an upload since a page of it was opened."""
    publication = upload.publication
    if upload.state == "keeping" or (publication and publication.under_way):
        return _("This import is already being published: nothing is left to decide.")
    if upload.state == "kept" and publication and publication.state == "published":
        return _("This import is published already: nothing is left to decide.")
    told = {
        "kept": _("These files were imported meanwhile: nothing is left to decide."),
        "discarded": _("These files were discarded meanwhile: nothing of them counts."),
        "reading": _("These files are being read again: decide once that is done."),
    }
    again = _("These files were read again meanwhile. Look at the result, then decide.")
    return told.get(upload.state, again)


def kind(format: str) -> str:
    """A recognised format (`Reading.format`) as people call it.

    DHIS2's own names of what it exports stay as DHIS2 writes them.
    """
    system, _space, rest = format.partition(" ")
    if system == "dhis2":
        what, _space, written = rest.partition(" ")
        return f"DHIS2 {what} ({written.upper()})" if written else f"DHIS2 {what}"
    if system == "tidy":
        held = table(rest.partition(" ")[0])
        return _("{name}: {text}").format(name=_("tidy table"), text=held)
    named = {
        "countdown": _("Countdown workbook"),
        "spreadsheet": _("spreadsheet"),
        "wuenic": _("WUENIC, of WHO and UNICEF"),
    }
    return named.get(system, format)


def table(name: str) -> str:
    """What a tidy table holds."""
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


def rows(counted: Mapping[str, int]) -> str:
    """How many rows of each table a file gave: `1 461 units, 3 groups`."""
    return ", ".join(_counted(name, count) for name, count in counted.items())


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
    return forms.get(name, f"{{n}} {name}").format(n=showing.number(count, "reports"))

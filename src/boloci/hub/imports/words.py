"""Where an import stands, in words."""

from boloci.hub.imports.models import Upload
from boloci.hub.imports.told import refusal
from boloci.hub.language import _
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

"""The language of the command line: gettext for what boloci and click say.

English is the language of the message ids; French is the language people get unless
they ask otherwise. click's own messages go through gettext's global domain, so that
domain is bound to our catalogue and both speak the same language.
"""

import gettext
import os
from collections.abc import Sequence

from boloci.locale import DOMAIN, FOLDER

LANGUAGES = ("fr", "en")
USUAL = "fr"
VARIABLE = "BOLOCI_LANGUAGE"

_spoken = USUAL


def asked_language(arguments: Sequence[str]) -> str:
    """Language asked for with `--language`, else `BOLOCI_LANGUAGE`, else French.

    A language that does not exist is left for the option itself to refuse.
    """
    asked = os.environ.get(VARIABLE, USUAL)
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument.startswith("--language="):
            asked = argument.partition("=")[2]
        elif argument == "--language" and index + 1 < len(arguments):
            asked = arguments[index + 1]
    return asked if asked in LANGUAGES else USUAL


def speak(language: str) -> None:
    """Say everything from now on in a language."""
    global _spoken
    _spoken = language
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)


def spoken() -> str:
    """The language being spoken."""
    return _spoken


def _(message: str) -> str:
    """A message in the language being spoken."""
    return gettext.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """A message whose words depend on a count."""
    return gettext.ngettext(one, many, count)

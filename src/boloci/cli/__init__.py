"""The command line: `boloci COMMAND`, French unless `--language en`.

`main` is the program. Commands are built once the language is known; each lives in
the module of its name and imports what it works with only when it runs, so that
`boloci --help` answers at once.
"""

import sys
import warnings
from collections.abc import Sequence

from boloci.cli.language import asked_language, speak
from boloci.cli.program import program
from boloci.cli.trouble import exit_code
from boloci.no_pandas import keep_out


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    keep_out()
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run(given))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; trouble is told on stderr."""
    speak(asked_language(arguments))
    command = program()

    def act() -> int:
        result = command.main(list(arguments), "boloci", standalone_mode=False)
        return result if isinstance(result, int) else 0

    return exit_code(act, list(arguments))


__all__ = ["main", "run"]

"""The command line: `boloci COMMAND`, French unless `--language en`.

`main` is the program. Commands are built once the language is known; each lives in
the module of its name and imports what it works with only when it runs, so that
`boloci --help` answers at once.
"""

import sys
import warnings
from collections.abc import Sequence
from typing import Any

from boloci.cli.language import asked_language, speak
from boloci.cli.program import program
from boloci.cli.trouble import exit_code


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    sys.meta_path.insert(0, _NoPandas())
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run(given))


class _NoPandas:
    """Keeps pyarrow from importing pandas, where it is installed, to look at a list.

    It costs 0.9 CPU seconds, as much as reading a million values, and the command
    line uses no pandas. An import hook: pyarrow fails where the module is None.
    """

    def find_spec(self, name: str, *_rest: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("not for the command line", name=name)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; trouble is told on stderr."""
    speak(asked_language(arguments))
    command = program()

    def act() -> int:
        result = command.main(list(arguments), "boloci", standalone_mode=False)
        return result if isinstance(result, int) else 0

    return exit_code(act, list(arguments))


__all__ = ["main", "run"]

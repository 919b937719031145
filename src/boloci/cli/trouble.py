"""Trouble at the command line: a sentence on stderr and an exit code.

0 done · 1 refused input · 2 wrong use · 3 environment · 4 busy · 130 interrupted ·
141 the reader of our output went away. Nobody sees a traceback: what was not foreseen
goes to the workspace's log, without names or values, under an id that is told.
"""

import errno
import json
import os
import secrets
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from boloci.cli.language import _, spoken
from boloci.cli.program import COMMANDS
from boloci.problems import Problem, Refused

WRONG_USE, ENVIRONMENT, BUSY, INTERRUPTED, PIPE_CLOSED = 2, 3, 4, 130, 141

_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FAILING = (errno.EIO, errno.EMFILE, errno.ENFILE, errno.ESTALE, errno.EBUSY)
_FULL_WORDS = ("no space left", "disk full", "file too large", "quota exceeded")


def exit_code(act: Callable[[], int], arguments: Sequence[str]) -> int:
    """Run `act` and turn whatever it raises into a sentence and an exit code."""
    try:
        code = act()
        sys.stdout.flush()
        return code
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return WRONG_USE
    except Refused as refused:
        return tell(refused.problems)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\n" + _("Interrupted; nothing half-done was kept."), err=True)
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click turns a closed pipe into an exit
        _silence(sys.stdout)
        return PIPE_CLOSED
    except Exception as unforeseen:
        return tell((_told(unforeseen, arguments),))


def tell(problems: Sequence[Problem]) -> int:
    """Print each problem in words; the exit code is that of the first."""
    try:
        from boloci.wording import problem_sentence

        catalogue = _catalogue()
        said = (problem_sentence(problem, catalogue, spoken()) for problem in problems)
        for sentence in dict.fromkeys(said):  # one row's cells share their period
            click.echo(sentence, err=True)
        return exit_of(problems[0], catalogue) if problems else ENVIRONMENT
    except Exception:  # a damaged installation has no sentences: say it bare
        for problem in problems:
            values = {**vars(problem.where), **problem.values}
            click.echo(f"boloci: {problem.code} {values}", err=True)
        return ENVIRONMENT


def exit_of(problem: Problem, catalogue: Any) -> int:
    """Exit code that the catalogue gives a problem."""
    known = catalogue.problems.get(problem.code)
    return known.exit if known else ENVIRONMENT


def _catalogue() -> Any:
    """The catalogue that boloci ships: a workspace's own may be the trouble."""
    from boloci.catalogue import load

    return load(None)


def _told(error: Exception, arguments: Sequence[str]) -> Problem:
    """The problem that an exception of the machine or of boloci amounts to."""
    said = str(error)
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL or any(words in said.lower() for words in _FULL_WORDS):
        return Problem("disk_full", values={"reason": _reason(error)})
    if number == errno.ENAMETOOLONG:
        return Problem("name_too_long")
    if number in _DENIED:
        name = getattr(error, "filename", None) or ""
        return Problem("no_permission", values={"path": name})
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException":
        return Problem("out_of_memory")
    if type(error).__module__.startswith("filelock"):
        return Problem("busy")
    if number in _FAILING:
        return Problem("machine_refused", values={"reason": _reason(error)})
    kept, number_told = write_log(error, arguments)
    return Problem("unforeseen", values={"id": number_told, "log": str(kept)})


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def write_log(error: Exception, arguments: Sequence[str]) -> tuple[Path, str]:
    """Append an unforeseen error to the log as one JSON line; where, and its id.

    The line holds the command's name, the kind of error and the places in the code,
    not the error's message nor the arguments: those may hold names and values.
    """
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "id": number,
        "command": next((a for a in arguments if a in COMMANDS), ""),
        "error": type(error).__qualname__,
        "code": [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames],
    }
    for folder in (_logs(arguments), Path(tempfile.gettempdir())):
        path = folder / "boloci.jsonl"
        try:
            with path.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
        except OSError:
            continue
        return path, number
    return Path(os.devnull), number


def _logs(arguments: Sequence[str]) -> Path:
    """The log folder of the workspace that the arguments name."""
    from boloci.workspace import find

    chosen = None
    for index, argument in enumerate(arguments):
        if argument.startswith("--workspace="):
            chosen = argument.partition("=")[2]
        elif argument == "--workspace" and index + 1 < len(arguments):
            chosen = arguments[index + 1]
    return find(chosen) / "logs"


def _silence(stream: Any) -> None:
    """Point a stream whose reader has gone away at nothing."""
    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), stream.fileno())

"""From the files of the world to tables: `read` is the one door in.

Every reader module offers `recognise(head)` and `read(source, ...)`. They are asked in
turn; all the files of one call are read or none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from boloci.problems import Problem, Refused, Where, refuse
from boloci.sources import archives, text_files
from boloci.sources.reading import Input, Progress, Reading
from boloci.sources.recognise import Head, head

READERS = {
    "wuenic": "boloci.sources.wuenic",
    "dhis2": "boloci.sources.dhis2",
    "countdown": "boloci.sources.countdown",
    "tidy": "boloci.sources.tidy",
    "spreadsheet": "boloci.sources.spreadsheet",
}
"""Readers by the word of `--format`, in the order they are asked: the particular
before the general, since a wide spreadsheet is whatever nothing else is."""

TEXT_ONLY = ("wuenic", "dhis2")
"""Readers of text alone: they are not asked about workbooks and Parquet files."""

MOST_PROBLEMS = 20


def _quiet(step: str, share: float) -> None:
    """No progress bar."""


def read(
    paths: Iterable[Path],
    *,
    format: str = "auto",
    staging: Path,
    progress: Progress = _quiet,
    recipes: Sequence[Any] = (),
) -> list[Reading]:
    """Read every file, or none.

    Archives are opened, formats recognised (`format` forces one of `READERS`), and
    each file becomes one `Reading` with its `source` set. `staging` is an existing
    folder of this import alone: unpacked files and Parquet files of values lie there
    until the lake takes them. `recipes` are `boloci.sources.recipe.Recipe`s.
    Raises `Refused` with every problem found, up to 20.
    """
    given = [Path(path) for path in paths]
    problems: list[Problem] = []
    readings: list[Reading] = []
    for number, path in enumerate(given):
        share = _part(progress, number, len(given))
        try:
            readings += _read_one(path, format, staging, number, share, recipes)
        except Refused as refused:
            problems += refused.problems
            if len(problems) >= MOST_PROBLEMS:
                break
    if problems:
        raise Refused(*problems[:MOST_PROBLEMS])
    return readings


def _part(progress: Progress, number: int, count: int) -> Progress:
    return lambda step, share: progress(step, (number + share) / count)


def _read_one(
    path: Path,
    format: str,
    staging: Path,
    number: int,
    progress: Progress,
    recipes: Sequence[Any],
) -> list[Reading]:
    unpacked = staging / f"file-{number:04d}"
    unpacked.mkdir(parents=True)
    readings: list[Reading] = []
    problems: list[Problem] = []
    for source in archives.inputs(path, staging=unpacked):
        folder = staging / f"read-{number:04d}-{len(readings) + len(problems):04d}"
        folder.mkdir()
        before = _stamp(source.path)
        try:
            found = _reading(source, format, folder, progress, recipes)
        except Refused as refused:
            problems += refused.problems
            continue
        if _stamp(source.path) != before:
            raise refuse("file_changed", Where(file=source.name))
        readings.append(replace(found, source=source))
    if problems:
        raise Refused(*problems)
    return readings


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _reading(
    source: Input,
    format: str,
    folder: Path,
    progress: Progress,
    recipes: Sequence[Any],
) -> Reading:
    start = head(source.name, source.path)
    wanted = READERS if format == "auto" else {format: READERS.get(format, "")}
    if not all(wanted.values()):
        raise refuse("format_word", formats=", ".join(READERS), text=format)
    for word in wanted:
        reader = _reader(word, start, recipes if format == "auto" else ())
        if reader.recognise(start, recipes):
            return reader.read(source, folder, progress, recipes)
    if not start.start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise refuse("file_empty", Where(source.name))
    if format == "auto":
        raise refuse("unknown_format", Where(source.name, text=_first_line(start)))
    raise refuse(
        "not_this_format", Where(source.name, text=_first_line(start)), format=format
    )


def _reader(word: str, start: Head, recipes: Sequence[Any]) -> "Reader":
    """The reader to ask in the turn of one: what a person told of a file comes before
    what its header nearly is, a tidy table."""
    if word == "tidy" and recipes:
        sheet = Reader("spreadsheet")
        if (sheet.recognise(start, recipes) or "").startswith("spreadsheet recipe"):
            return sheet
    return Reader(word)


def recognise(start: Head, recipes: Sequence[Any] = ()) -> str | None:
    """What the first reader that knows a file calls it; None if none does."""
    for word in READERS:
        found = _reader(word, start, recipes).recognise(start, recipes)
        if found:
            return found
    return None


@dataclass(frozen=True)
class Reader:
    """One of `READERS`, imported when it is first asked."""

    word: str

    def recognise(self, start: Head, recipes: Sequence[Any]) -> str | None:
        """Format name if the file is this reader's."""
        module = self._module()
        if module is None or (self.word in TEXT_ONLY and _is_binary(start)):
            return None
        extra = {"recipes": recipes} if self.word == "spreadsheet" else {}
        found: str | None = module.recognise(start, **extra)
        return found

    def read(
        self, source: Input, folder: Path, progress: Progress, recipes: Sequence[Any]
    ) -> Reading:
        """Read with this reader."""
        extra = {"recipes": recipes} if self.word == "spreadsheet" else {}
        reading: Reading = self._module().read(
            source, staging=folder, progress=progress, **extra
        )
        return reading

    def _module(self) -> Any:
        try:
            module = import_module(READERS[self.word])
        except ModuleNotFoundError as error:
            if error.name == READERS[self.word]:
                return None
            raise
        return module if hasattr(module, "recognise") else None


def _is_binary(start: Head) -> bool:
    return not text_files.is_text(start.start)


def _first_line(start: Head) -> str:
    if not text_files.is_text(start.start):
        return ""
    lines = text_files.decoded(start.start).splitlines()
    return next((line.strip()[:80] for line in lines if line.strip()), "")

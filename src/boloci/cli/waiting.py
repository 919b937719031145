"""A progress bar on standard error, only where a person watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from boloci.cli.language import _


def _step(step: str) -> str:
    """A step of the work in words; names of files and indicators stay as they are."""
    named = {
        "read": _("reading"),
        "values": _("values"),
        "counts": _("counts"),
        "datasets": _("forms"),
        "populations": _("populations"),
        "reports": _("reports"),
        "silence": _("silent months"),
        "targets": _("targets"),
        "places": _("places"),
        "sessions": _("sessions"),
        "measures": _("measures"),
        "adjustments": _("adjustments"),
        "denominators": _("denominators"),
        "surveys": _("surveys"),
        "sexes": _("girls and boys"),
        "findings": _("checks"),
        "scenarios": _("scenarios"),
        "inequality": _("inequality"),
        "published": _("publishing"),
        "pages": _("pages"),
        "simulate": _("children and visits"),
        "truth": _("answer key"),
        "tables": _("tables"),
        "backup": _("copying"),
        "restore": _("copying"),
        "verify": _("comparing"),
    }
    return _("checks") if step.startswith("check_") else named.get(step, step)


def labelled(what: str, step: str) -> str:
    """`what: step`, as the language writes it."""
    return _("{name}: {text}").format(name=what, text=step)


@contextmanager
def progress(what: str) -> Iterator["Bar"]:
    """A bar for one task; without a terminal it stays silent."""
    bar = Bar(what)
    try:
        yield bar
    finally:
        bar.close()


class Bar:
    """Called with a step and the share done (0-1), as `sources` and `pipeline` do."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._progress = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                Progress,
                SpinnerColumn,
                TextColumn,
                TimeElapsedColumn,
            )

            self._progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._progress.add_task(what, total=1.0)
            self._progress.start()

    def __call__(self, step: str, share: float) -> None:
        """Show that `share` of the step is done."""
        if self._progress is not None:
            self._progress.update(
                self._task,
                completed=min(max(share, 0.0), 1.0),
                description=labelled(self._what, _step(step)),
            )

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()

"""Controls of a page: choices that live in the URL and work without JavaScript.

A page says which controls it has and what may be chosen; `read` takes what the URL
says. A word that is not among the choices is refused in words, with the choices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from boloci.problems import refuse

LONGEST = 200
"""Characters of a value that are read; no choice is longer."""


@dataclass(frozen=True)
class Control:
    """One choice: its name in the URL, its label, what may be chosen."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    """(value, what the reader sees), in the order shown."""
    default: str
    chosen: str = ""

    @property
    def chosen_label(self) -> str:
        """What the reader sees of the value chosen."""
        return dict(self.options).get(self.chosen, self.chosen)


@dataclass(frozen=True)
class Controls:
    """The controls of one page with what was chosen."""

    controls: Sequence[Control] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    """Other values of the URL, kept as they are when a choice changes."""

    def __getitem__(self, name: str) -> str:
        return next(one.chosen for one in self.controls if one.name == name)

    def __iter__(self) -> Any:
        return iter(self.controls)

    def query(self, **changed: str) -> str:
        """The query of this page with some choices changed; defaults are left out."""
        chosen = {one.name: changed.get(one.name, one.chosen) for one in self.controls}
        usual = {one.name: one.default for one in self.controls}
        chosen = {k: value for k, value in chosen.items() if value != usual[k]}
        changed = {k: value for k, value in changed.items() if k not in usual}
        values = {**self.kept, **chosen, **changed}
        told = {name: value for name, value in values.items() if value}
        return "?" + urlencode(told) if told else ""


def read(
    query: Mapping[str, str], *wanted: Control, keep: Sequence[str] = ()
) -> Controls:
    """What the URL chooses. Raises `Refused` for what is not among the choices."""
    chosen = []
    for one in wanted:
        value = query.get(one.name, "")[:LONGEST] or one.default
        if value not in {option for option, _label in one.options}:
            known = ", ".join(option for option, _label in one.options[:12])
            raise refuse("choice_unknown", what=one.name, given=value, known=known)
        chosen.append(
            Control(one.name, one.label, one.options, one.default, chosen=value)
        )
    kept = {name: query[name][:LONGEST] for name in keep if query.get(name)}
    return Controls(tuple(chosen), kept)

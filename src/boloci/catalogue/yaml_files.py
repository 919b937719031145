"""Read one definition file strictly, so that a slip of its author is told to them.

Plain YAML forgives too much for a reviewed definition: a key written twice silently
loses one, `no` is read as false (and Norway with it). Here a double key is refused
with its line and only `true` and `false` are flags.
"""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from boloci.problems import Where, refuse

try:
    from yaml import CSafeLoader as _Base
except ImportError:  # a PyYAML built without libyaml: slower, the same result
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

_FLAG = "tag:yaml.org,2002:bool"


class _TwiceTheSameKey(Exception):
    def __init__(self, key: object, line: int):
        super().__init__(str(key))
        self.key, self.line = str(key), line


class _Strict(_Base):
    """YAML with true and false as the only flags, and no key twice."""


_Strict.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if pair[0] != _FLAG]
    for letter, pairs in _Base.yaml_implicit_resolvers.items()
}
_Strict.add_implicit_resolver(_FLAG, re.compile("^(?:true|false)$"), list("tf"))


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Hashable, Any]:
    found: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key is None:
            key = key_node.value  # `null:` is the null rule of an indicator
        if key in found:
            raise _TwiceTheSameKey(key, key_node.start_mark.line + 1)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Strict.add_constructor("tag:yaml.org,2002:map", _mapping)


def read(path: Path) -> dict[str, Any]:
    """The mapping a definition file holds; an empty file is an empty mapping.

    Raises `Refused` naming file, line and key: not YAML, not UTF-8, a key twice, or
    not a mapping.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Strict)
    except UnicodeDecodeError as error:
        raise refuse("catalogue_not_utf8", Where(file=str(path))) from error
    except _TwiceTheSameKey as error:
        where = Where(file=str(path), row=error.line)
        raise refuse("catalogue_key_twice", where, key=error.key) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = Where(file=str(path), row=mark.line + 1 if mark else None)
        detail = getattr(error, "problem", None) or str(error)
        raise refuse("catalogue_not_yaml", where, detail=detail) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise refuse("catalogue_not_a_mapping", Where(file=str(path)))
    return content

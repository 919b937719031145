"""Answers of the current build, kept for all readers.

What a nation's figures are does not depend on who asks; what of them is shown does.
So an answer is worked out once and kept as it was before anything was left out of it,
and `reading` leaves out what a scope does not see, each time. What took long is kept on
disk too, for the other processes and the next start.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar, get_type_hints

import msgspec
import pyarrow as pa

from boloci.hub import bodies
from boloci.hub.current import build_file, workspace
from boloci.shelf import Shelf

Answer = TypeVar("Answer", pa.Table, list[Any])

ROOM = 8 * 2**20
"""Bytes of answers that are kept in a process: the nation's, read by everybody."""
LARGEST = ROOM // 8
"""Bytes of one answer that is kept: those of every health area are not."""
ROW = 3000
"""Bytes counted for a row that is no Arrow table: a dozen figures and sentences."""
DEAR = 0.05
"""Seconds from which an answer is kept on disk: reading a file takes a fiftieth."""
SHELF = 32 * 2**20
"""Bytes of answers that are kept on disk for a build."""
ANEW = frozenset({"build", "as_of", "profile"})
"""What names another build than the current one: such an answer is not kept, for its
build can change while the current one does not."""

_kept: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
_lock = Lock()


def answer(ask: Callable[..., Answer], *given: Any, **asked: Any) -> Answer:
    """What `ask(workspace(), *given, **asked)` gives; not to be changed by who asks.

    What it raises is raised and not kept.
    """
    if any(asked.get(name) is not None for name in ANEW):
        return ask(workspace(), *given, **asked)
    question = (bodies.basis(), ask, _fixed(given), _fixed(asked))
    with _lock:
        if question in _kept:
            _kept.move_to_end(question)
            found: Answer = _kept[question][1]
            return found
    made = _stored(ask, question)
    if made is None:
        began = time.perf_counter()
        made = ask(workspace(), *given, **asked)
        if time.perf_counter() - began > DEAR and _size(made) <= LARGEST:
            _store(ask, question, made)
    if _size(made) <= LARGEST:
        _keep(question, made)
    return made


def _keep(question: Hashable, made: Any) -> None:
    """Keep an answer, and forget those that were not asked for longest."""
    with _lock:
        _kept[question] = _size(made), made
        held = sum(each for each, _ in _kept.values())
        while held > ROOM:
            held -= _kept.popitem(last=False)[1][0]


def _size(made: Any) -> int:
    return made.nbytes if isinstance(made, pa.Table) else ROW * len(made)


def _stored(ask: Callable[..., Answer], question: Any) -> Answer | None:
    """An answer from disk, as it was made; None where it is not there, or cut off."""
    content = _shelf(build_file()).get(*_named(ask, question))
    if content is None:
        return None
    kind = get_type_hints(ask)["return"]
    try:
        if kind is pa.Table:
            return pa.ipc.open_stream(content).read_all()
        return msgspec.json.decode(content, type=kind)  # type: ignore[no-any-return]
    except (pa.ArrowInvalid, msgspec.MsgspecError, OSError):
        return None


def _store(ask: Callable[..., Any], question: Any, made: Any) -> None:
    if isinstance(made, pa.Table):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, made.schema) as stream:
            stream.write_table(made)
        content = sink.getvalue().to_pybytes()
    else:
        content = msgspec.json.encode(made)
    _shelf(build_file()).put(*_named(ask, question), content)


def _named(ask: Callable[..., Any], question: Any) -> tuple[str, str]:
    """Key and kind of an answer on disk: the same in every process."""
    basis, _ask, given, asked = question
    return repr((basis, ask.__module__, ask.__qualname__, given, asked)), "answer"


@lru_cache(maxsize=4)
def _shelf(build: str) -> Shelf:
    return Shelf(bodies.folder("answers", build), SHELF)


def _fixed(told: Any) -> Hashable:
    """A question as a key: lists as tuples, named choices in the order of names."""
    if isinstance(told, dict):
        return tuple((name, _fixed(told[name])) for name in sorted(told))
    if isinstance(told, Iterable) and not isinstance(told, str):
        return tuple(map(_fixed, told))
    key: Hashable = told
    return key

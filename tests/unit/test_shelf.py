"""What is dear to make is kept on disk: whole, shared, bounded."""

import os
import time
from pathlib import Path

from boloci.shelf import Shelf


def test_what_was_put_is_had_by_another_process_of_the_same_folder(
    tmp_path: Path,
) -> None:
    Shelf(tmp_path, 1000).put("a page", "html", b"here")
    assert Shelf(tmp_path, 1000).get("a page", "html") == b"here"


def test_what_was_never_put_is_not_there(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 1000)
    shelf.put("a page", "html", b"here")
    assert shelf.get("another", "html") is None
    assert shelf.get("a page", "png") is None


def test_the_longest_unused_goes_when_there_is_no_room(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 1000)
    for name in ("old", "used", "new"):
        shelf.put(name, "html", b"x" * 90)
    _age(shelf, "old", 9000)
    _age(shelf, "used", 9000)
    assert shelf.get("used", "html")  # a use is noted: it is no longer the oldest
    for at in range(9):
        shelf.put(f"more {at}", "html", b"x" * 90)
    assert shelf.get("old", "html") is None
    assert shelf.get("used", "html")
    held = sum(path.stat().st_size for path in tmp_path.glob("*/*"))
    assert held <= 1000


def test_a_folder_that_cannot_be_written_keeps_nothing_and_stops_nobody(
    tmp_path: Path,
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    shelf = Shelf(in_the_way, 1000)
    shelf.put("a page", "html", b"here")
    assert shelf.get("a page", "html") is None


def _age(shelf: Shelf, key: str, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(shelf.path(key, "html"), (then, then))

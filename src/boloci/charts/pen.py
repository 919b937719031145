"""The process that draws: what vl-convert is asked on the way in, pictures out.

    python pen.py        length (4 bytes, big endian) and a JSON list [what, {...}] in;
                         "1" or "0", length and the picture, or what went wrong, out

It stands alone: nothing of boloci is imported, so that it is small and starts at once.
`boloci.charts.pens` starts it.
"""

import json
import struct
import sys
from typing import Any, BinaryIO

LENGTH = struct.Struct(">I")


def main(asked: BinaryIO, told: BinaryIO) -> None:
    """Draw until nothing more is asked."""
    while head := asked.read(LENGTH.size):
        what, options = json.loads(asked.read(*LENGTH.unpack(head)))
        done, answer = _drawn(what, options)
        told.write(b"1" if done else b"0")
        told.write(LENGTH.pack(len(answer)))
        told.write(answer)
        told.flush()


def _drawn(what: str, options: dict[str, Any]) -> tuple[bool, bytes]:
    import vl_convert

    try:
        picture = getattr(vl_convert, what)(**options)
    except Exception as error:
        return False, str(error).encode()
    return True, picture.encode() if isinstance(picture, str) else picture


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)

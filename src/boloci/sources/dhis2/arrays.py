"""Arrow arrays made straight from NumPy buffers and byte texts.

`pa.array` asks whether its argument is from pandas, and so imports pandas where it
is installed: a second, more than a national file takes to read.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.integer[Any]]
Flags = npt.NDArray[np.bool_]

_NULL = -1


def numbers(
    values: npt.NDArray[Any], kind: pa.DataType, null: Flags | None = None
) -> pa.Array:
    """Numbers of an Arrow type of the same width, without a copy; `null` is a mask."""
    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(
        kind, len(values), [_validity(null), pa.py_buffer(values)]
    )


def flags(values: Flags) -> pa.Array:
    """True and false, packed to bits."""
    bits = pa.py_buffer(np.packbits(values, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, bits])


def strings(texts: Sequence[str]) -> pa.Array:
    """Texts as an Arrow string array."""
    encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.int32)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def coded(codes: Ints, texts: Sequence[str]) -> pa.Array:
    """A dictionary array: `texts[code]` for each code, null where it is -1."""
    null = codes == _NULL
    plain = numbers(codes.astype(np.int32, copy=False), pa.int32(), null)
    return pa.DictionaryArray.from_arrays(plain, strings(texts))


def plain_codes(array: pa.DictionaryArray) -> npt.NDArray[np.int32]:
    """Codes of a dictionary array, -1 where null; its own memory where it can."""
    indices = array.indices
    raw = np.frombuffer(indices.buffers()[1], np.int32)
    codes = raw[indices.offset : indices.offset + len(indices)]
    if indices.null_count == 0:
        return codes
    bits = np.frombuffer(indices.buffers()[0], np.uint8)
    valid = np.unpackbits(bits, bitorder="little").astype(bool)
    return np.where(valid[indices.offset :][: len(codes)], codes, np.int32(_NULL))


def _validity(null: Flags | None) -> pa.Buffer | None:
    if null is None or not null.any():
        return None
    return pa.py_buffer(np.packbits(~null, bitorder="little"))

"""Answers: rows as JSON, CSV or Parquet, and 304 to who has them already."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow as pa
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import urlencode

from boloci.problems import refuse

TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class Answer:
    """Rows of one page."""

    rows: pa.Table
    build: str
    """The build that they are of."""
    next: str | None = None
    """Cursor of the page after; None: this is the last."""


def form(request: HttpRequest, suffix: str) -> str:
    """The format asked for: by the address, else by `Accept`. Raises `Refused`."""
    if suffix:
        return suffix.removeprefix(".")
    wanted = request.get_preferred_type([*TYPES.values()])
    if wanted is None:
        given = request.headers.get("Accept", "")[:200]
        raise refuse(
            "answer_format_unknown", given=given, known=", ".join(TYPES.values())
        )
    return next(name for name, kind in TYPES.items() if kind == wanted)


def tag(*parts: Any) -> str:
    """The ETag of what some parts determine."""
    told = "\n".join(map(repr, parts))
    return f'W/"{hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]}"'


def fresh(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 where the asker has this answer already."""
    had: HttpResponse | None = get_conditional_response(request, etag=etag)
    return None if had is None else marked(had, etag)


def marked(response: HttpResponse, etag: str) -> HttpResponse:
    """An answer with what caches must know of it."""
    response["ETag"] = etag
    response.headers.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
    return response


def of_rows(request: HttpRequest, answer: Answer, as_: str) -> HttpResponse:
    """A page of rows in a format; where the next begins is in `Link`, too."""
    response = HttpResponse(_content(answer, as_), content_type=_type(as_))
    if as_ != "json":
        name = request.path.rsplit("/", 1)[-1].partition(".")[0]
        response["Content-Disposition"] = f'attachment; filename="boloci-{name}.{as_}"'
    if answer.next:
        query = [
            *((k, v) for k, vs in request.GET.lists() for v in vs if k != "cursor"),
            ("cursor", answer.next),
        ]
        response["Link"] = f'<{request.path}?{urlencode(query)}>; rel="next"'
    return response


def of_object(told: Mapping[str, Any]) -> HttpResponse:
    """One thing as JSON."""
    content = msgspec.json.encode(told, enc_hook=str)
    return HttpResponse(content, content_type=TYPES["json"])


def _type(as_: str) -> str:
    return TYPES[as_] + ("; charset=utf-8" if as_ == "csv" else "")


def _content(answer: Answer, as_: str) -> bytes:
    if as_ == "json":
        told = {
            "build": answer.build,
            "rows": answer.rows.to_pylist(),
            "next": answer.next,
        }
        return msgspec.json.encode(told)
    from boloci.table_files import WRITERS

    file = io.BytesIO()
    WRITERS[as_](answer.rows.to_reader(), file)
    return file.getvalue()

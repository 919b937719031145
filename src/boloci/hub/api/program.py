"""The API put together: addresses, readers, refusals, and its own description."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import pyarrow as pa
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError

from boloci.hub import trouble
from boloci.hub.api import answers
from boloci.hub.api import asked as asking
from boloci.hub.api.endpoints import ENDPOINTS, EXPLAIN, Endpoint
from boloci.hub.api.explaining import explain
from boloci.hub.api.readers import KEY_UNKNOWN, SIGN_IN, Reader
from boloci.hub.current import build_file
from boloci.hub.language import spoken
from boloci.problems import Refused, refuse

SUFFIXES = ("", ".json", ".csv", ".parquet")
STATUS = {KEY_UNKNOWN: 401, SIGN_IN: 401, "answer_format_unknown": 406}
TROUBLE = {
    "type": "object",
    "required": ["problem", "sentence"],
    "properties": {"problem": {"type": "string"}, "sentence": {"type": "string"}},
}
REFUSALS = {
    400: "The question cannot be answered as it is asked",
    401: "No usable key, or a sign-in is needed",
    404: "No such place, indicator or build, or not for you to see",
    406: "None of the formats asked for is known",
}

api = NinjaAPI(
    title="boloci",
    version=version("boloci"),
    description="Published figures for programs, under the rights of who asks.",
    docs_url=None,
    auth=Reader(),
    urls_namespace="api",
)


def _of_rows(one: Endpoint, suffix: str) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, asked: Any) -> HttpResponse:
        _known_only(request, one.asked)
        as_ = answers.form(request, suffix)
        scope = request.auth  # type: ignore[attr-defined]
        _speak(asked)
        path = request.get_full_path()
        if one.of_build:
            etag = answers.tag(_builds(asked), scope, spoken(), path, as_)
            had = answers.fresh(request, etag)
            if had is not None:
                return had
        response = answers.of_rows(request, one.find(scope, asked), as_)
        if not one.of_build:
            etag = answers.tag(path, as_, response.content)
        return answers.fresh(request, etag) or answers.marked(response, etag)

    view.__annotations__["asked"] = Query[one.asked]  # type: ignore
    view.__name__ = f"{one.name}{suffix.replace('.', '_')}"
    return view


def _builds(asked: asking.Rows) -> str:
    """What names the builds that an answer may be of."""
    named = getattr(asked, "build", None), getattr(asked, "profile", None)
    return f"{build_file()} {named}"


def _explained(request: HttpRequest, asked: Query[asking.Explain]) -> HttpResponse:  # type: ignore[type-arg]
    _known_only(request, asking.Explain)
    answers.form(request, ".json")
    _speak(asked)
    scope = request.auth  # type: ignore[attr-defined]
    response = answers.of_object(explain(scope, asked))
    etag = answers.tag(request.get_full_path(), response.content)
    return answers.fresh(request, etag) or answers.marked(response, etag)


def _speak(asked: asking.Spoken) -> None:
    if asked.language:
        translation.activate(asked.language)


def _known_only(request: HttpRequest, asked: type[asking.Spoken]) -> None:
    """Refuse a filter that does not exist: a misspelt one would ask for everything."""
    for name in request.GET:
        if name not in asked.model_fields:
            known = ", ".join(asked.model_fields)
            raise refuse("parameter_unknown", parameter=name[:60], known=known)


def _responses(content: Any) -> dict[str, Any]:
    refusals = {
        status: {
            "description": told,
            "content": {"application/json": {"schema": TROUBLE}},
        }
        for status, told in REFUSALS.items()
    }
    found = {"description": "The answer", "content": content}
    return {
        "responses": {200: found, 304: {"description": "You have it"}, **refusals},
        "security": [{}],
    }


def _content(one: Endpoint) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {field.name: _kind(field.type) for field in one.columns},
        "required": one.columns.names,
    }
    page = {
        "type": "object",
        "required": ["build", "rows", "next"],
        "properties": {
            "build": {"type": "string"},
            "rows": {"type": "array", "items": row},
            "next": {"type": ["string", "null"]},
        },
    }
    return {
        "application/json": {"schema": page},
        "text/csv": {"schema": {"type": "string"}},
        "application/vnd.apache.parquet": {
            "schema": {"type": "string", "format": "binary"}
        },
    }


def _kind(type_: pa.DataType) -> dict[str, Any]:
    kinds = (
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_integer, "integer"),
        (pa.types.is_floating, "number"),
    )
    known = next((word for test, word in kinds if test(type_)), "string")
    return {"type": [known, "null"]}


for _one in ENDPOINTS:
    for _suffix in SUFFIXES:
        api.get(
            f"/{_one.name}{_suffix}",
            summary=_one.summary,
            url_name=f"{_one.name}{_suffix.replace('.', '_')}",
            include_in_schema=not _suffix,
            operation_id=f"{_one.name}{_suffix}",
            openapi_extra=_responses(_content(_one)),
        )(_of_rows(_one, _suffix))
api.get(
    "/explain",
    summary=EXPLAIN,
    operation_id="explain",
    url_name="explain",
    openapi_extra=_responses({"application/json": {"schema": {"type": "object"}}}),
)(_explained)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    codes = [problem.code for problem in error.problems]
    not_there = 404 if trouble.NOT_THERE.intersection(codes) else 400
    response = trouble.refused(request, error, STATUS.get(codes[0], not_there))
    if response.status_code == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return trouble.not_found(request, error)


@api.exception_handler(ValidationError)
def _unfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first parameter that is not as it must be."""
    first = error.errors[0]
    where = [part for part in first["loc"] if isinstance(part, str)]
    name = where[-1] if where else "?"
    return _refused(request, refuse("parameter_unfit", parameter=name))

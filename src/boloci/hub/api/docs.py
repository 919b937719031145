"""The page of the API: written from its own description, in the reader's language."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from boloci.hub import pages
from boloci.hub.api.asked import MOST_ROWS
from boloci.hub.api.program import api
from boloci.hub.language import _, spoken, translations
from boloci.hub.pages import Page


def docs(request: HttpRequest) -> HttpResponse:
    """Every address with its parameters and columns."""
    return pages.show(request, page)


def page() -> Page:
    """The API in words."""
    return Page(
        title=_("The figures for programs (API)"),
        template="api/docs.html",
        values={"addresses": described(), "most": MOST_ROWS},
        description=_("How a program reads the published figures."),
    )


def described() -> list[dict[str, Any]]:
    """The addresses as the OpenAPI description tells them, in the language spoken."""
    paths = api.get_openapi_schema(path_prefix="api/")["paths"]
    return [
        {
            "path": path.replace("//", "/"),
            "summary": _said(methods["get"]["summary"]),
            "parameters": [_parameter(one) for one in methods["get"]["parameters"]],
            "columns": _columns(methods["get"]),
        }
        for path, methods in paths.items()
    ]


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    schema = one["schema"]
    return {
        "name": one["name"],
        "told": _said(one.get("description", "")),
        "required": one["required"],
        "several": schema.get("type") == "array",
        "default": "" if schema.get("default") in (None, []) else schema["default"],
    }


def _said(message: str) -> str:
    """A message of the API's own description in the language spoken."""
    return str(translations(spoken()).gettext(message)) if message else ""


def _columns(method: dict[str, Any]) -> list[str]:
    content = method["responses"][200]["content"]["application/json"]["schema"]
    rows = content.get("properties", {}).get("rows", {})
    return list(rows.get("items", {}).get("properties", ()))

"""A page of the hub made to stand alone: relative links, no form, no script.

Only pages of our own making are read, where `>` never stands in an attribute; a test
reads each exported page with a real parser.
"""

import re
from collections.abc import Callable
from html import unescape

from markupsafe import escape

Link = Callable[[str], str | None]
"""The address that the hub gave -> where it leads from the file; None: nowhere."""

_PARTS = re.compile(
    r"(?P<dropped><script\b.*?</script>)"
    r"|<form\b(?P<form>[^>]*)>.*?</form>"
    r"|<a\b(?P<a>[^>]*)>(?P<text>.*?)</a>"
    r"|<(?:link|img)\b(?P<other>[^>]*)>",
    re.DOTALL,
)
_ADDRESS = re.compile(r'\b(?P<name>href|src)="(?P<address>[^"]*)"')
_FILE = re.compile(r"\.(?:csv|json|xlsx|svg|png)$")


def standing_alone(html: str, link: Link, *, chosen: str) -> str:
    """The page with its links led elsewhere or turned into plain text.

    chosen  what stands in place of the form that chooses what is shown; other forms
            leave nothing
    """

    def part(found: re.Match[str]) -> str:
        if found["dropped"]:
            return ""
        if found["form"] is not None:
            return chosen if _chooses(found["form"]) else ""
        if found["a"] is not None:
            return _anchor(found, link)
        told = _led(found["other"], link)
        return "" if told is None else f"<{found[0][1:].split()[0]}{told}>"

    return _PARTS.sub(part, html)


def _chooses(attributes: str) -> bool:
    return 'class="controls"' in attributes and 'role="search"' not in attributes


def _anchor(found: re.Match[str], link: Link) -> str:
    """A link led elsewhere; its text where it leads nowhere; nothing where the text
    says no more than that there is something to open."""
    told = _led(found["a"], link)
    if told is not None:
        return f"<a{told}>{found['text']}</a>"
    address = _ADDRESS.search(found["a"])
    path = unescape(address["address"]).partition("?")[0] if address else ""
    online = 'class="online' in found["a"] or _FILE.search(path)
    return "" if online else found["text"]


def _led(attributes: str, link: Link) -> str | None:
    """Attributes with the address replaced; None: it leads nowhere."""
    found = _ADDRESS.search(attributes)
    if found is None or found["address"].startswith("#"):
        return attributes
    target = link(unescape(found["address"]))
    if target is None:
        return None
    start, end = found.span("address")
    return attributes[:start] + str(escape(target)) + attributes[end:]

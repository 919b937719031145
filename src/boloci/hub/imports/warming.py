"""Drawing the pages that everyone opens first, right after publishing.

Pictures are kept on disk by build; drawn here, the first reader need not wait.
"""

import logging
from typing import Any
from wsgiref.util import setup_testing_defaults

PAGES = ("/", "/learning-hub")
LANGUAGES = ("fr", "en")
_log = logging.getLogger(__name__)


def warm() -> None:
    """Ask for the pages in each language; a fault in one of them stops nothing."""
    for path in PAGES:
        for language in LANGUAGES:
            try:
                status = _asked(path, language)
            except Exception:  # the figures are published, whatever a page does
                _log.exception("%s failed after publishing", path)
                continue
            if not status.startswith("200"):
                _log.warning("%s answered %s after publishing", path, status)


def _asked(path: str, language: str) -> str:
    """The status with which a page answers."""
    from boloci.hub.wsgi import application

    answer: list[str] = []
    environ: dict[str, Any] = {"PATH_INFO": path}
    environ["HTTP_COOKIE"] = f"boloci_language={language}"
    setup_testing_defaults(environ)
    body = application(environ, lambda status, *_rest: answer.append(status))
    body.close()
    return answer[0]

"""One JSON object a line: when, how grave, where; no names and no values of queries."""

import json
import logging
from datetime import UTC, datetime


class Lines(logging.Formatter):
    """A record of the log as one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Level, logger, place in the code and kind of error; never its arguments."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "where": f"{record.module}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
            told["trace"] = _frames(record)
        if status := getattr(record, "status_code", None):
            told["status"] = status
        return json.dumps(told, ensure_ascii=False)


def _frames(record: logging.LogRecord) -> list[str]:
    """File and line of every call that led to an error; values stay out."""
    found = []
    frame = record.exc_info[2] if record.exc_info else None
    while frame is not None:
        code = frame.tb_frame.f_code
        found.append(f"{code.co_filename.rpartition('/')[2]}:{frame.tb_lineno}")
        frame = frame.tb_next
    return found[-12:]

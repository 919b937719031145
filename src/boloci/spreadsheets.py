"""What keeps text cells safe in a spreadsheet."""

STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str | None) -> str:
    """A text no spreadsheet runs: an apostrophe before a formula's first sign."""
    if text is None:
        return ""
    return f"'{text}" if text.startswith(STARTS) else text

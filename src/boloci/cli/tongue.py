"""How the command line speaks where the hub says the same."""

from boloci.cli.language import _, ngettext, spoken
from boloci.cli.showing import figure, number
from boloci.telling.tongue import Tongue


def _month(code: int) -> str:
    return f"{code // 100}-{code % 100:02d}"


TONGUE = Tongue(
    gettext=_,
    ngettext=ngettext,
    spoken=spoken,
    number=number,
    figure=figure,
    month=_month,
)

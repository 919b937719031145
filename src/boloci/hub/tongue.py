"""How the hub speaks where the command line says the same."""

from boloci.hub import showing
from boloci.hub.language import _, ngettext, spoken
from boloci.telling.tongue import Tongue


def _number(value: float | None, *, digits: int) -> str:
    return showing.number(value, digits=digits)


def _month(code: int) -> str:
    return showing.period(str(code))


TONGUE = Tongue(
    gettext=_,
    ngettext=ngettext,
    spoken=spoken,
    number=_number,
    figure=showing.figure,
    month=_month,
)

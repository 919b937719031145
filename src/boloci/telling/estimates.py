"""What an estimated figure stands on, line by line."""

from collections.abc import Iterator, Mapping
from typing import Any

from boloci.explain import Explanation
from boloci.telling.tongue import Tongue


def lines(tongue: Tongue, one: Explanation) -> Iterator[tuple[str, str]]:
    """Name and text of each line; none where the figure is not estimated."""
    about, fact = one.estimate, one.fact
    if not about:
        return
    yield tongue.gettext("estimated from"), _from(tongue, about)
    if fact["lower"] is not None:
        text = tongue.gettext("{low} to {high} holds 90 in 100 of {n} draws")
        told = text.format(
            low=tongue.figure(fact["lower"], fact["unit"]),
            high=tongue.figure(fact["upper"], fact["unit"]),
            n=tongue.whole(about["draws"]),
        )
        yield tongue.gettext("interval"), told
    text = tongue.gettext("{day}, from build {build}, seed {seed}")
    day = about["made"].date().isoformat()
    told = text.format(day=day, build=about["from_build"], seed=about["seed"])
    yield tongue.gettext("estimated on"), told


def _from(tongue: Tongue, about: Mapping[str, Any]) -> str:
    births = (
        tongue.gettext("gridded births")
        if about["gridded"]
        else tongue.gettext("official targets")
    )
    text = tongue.gettext(
        "doses, {births}, surveys: {surveys}, lots: {lots}, recounts: {recounts}"
    )
    return text.format(
        births=births,
        surveys=tongue.whole(about["surveys"]),
        lots=tongue.whole(about["lots"]),
        recounts=tongue.whole(about["recounts"]),
    )

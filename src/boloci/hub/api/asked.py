"""What may be asked of each address of the API: names, kinds and limits."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

MOST_ROWS = 50_000
USUAL_ROWS = 1_000
MOST_WORDS = 50
"""Indicators, places or other alternatives in one question."""


def _(message: str) -> str:
    """A message as it is; the page of the API translates it when it is shown."""
    return message


Word = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[list[Word], Field(max_length=MOST_WORDS)]
Code = Annotated[str, Field(min_length=1, max_length=60)]


class Spoken(Schema):
    """Asked of every address."""

    language: Literal["fr", "en"] | None = Field(
        None, description=_("Language of sentences and names, else that of the reader.")
    )

    def question(self) -> dict[str, Any]:
        """The filters that were given."""
        told = self.model_dump(exclude={"limit", "cursor", "language"})
        return {name: value for name, value in told.items() if value not in (None, [])}


class Rows(Spoken):
    """Asked of every address that answers with rows."""

    limit: int = Field(
        USUAL_ROWS, ge=1, le=MOST_ROWS, description=_("Most rows of one answer.")
    )
    cursor: str | None = Field(
        None,
        max_length=400,
        description=_("Where to go on: `next` of the answer before."),
    )


class Built(Rows):
    """Rows of a build."""

    profile: Code = Field("boloci", description=_("Profile of rules, see /sources."))
    build: Code | None = Field(
        None, description=_("A build by its identifier; the published one if left out.")
    )


class Filters(Built):
    """Filters that facts and findings share."""

    indicator: Words = Field([], description=_("Code; several are alternatives."))
    place: Words = Field(
        [], description=_("Identifier, name, alias or path (Sikasso / Bougouni).")
    )
    level: Code | None = Field(
        None, description=_("country, region, district, area, facility or group.")
    )
    period: Code | None = Field(
        None, description=_("2023, 2023Q1, 202301, or from..to: 2019Q4..2024Q1.")
    )
    sex: Code | None = Field(None, description=_("female, male, or total for both."))


class Facts(Filters):
    """What is asked of /api/facts."""

    method: list[Code] = Field(
        [], max_length=MOST_WORDS, description=_("How it was computed: reported, ...")
    )
    denominator: list[Code] = Field(
        [],
        max_length=MOST_WORDS,
        description=_("Who counted the children: target, ..."),
    )


class Findings(Filters):
    """What is asked of /api/findings."""

    rule: list[Code] = Field(
        [],
        max_length=MOST_WORDS,
        description=_("Code of a rule, such as outlier_high."),
    )
    severity: Code | None = Field(None, description=_("info, warning or error."))


class Inequality(Rows):
    """What is asked of /api/inequality."""

    indicator: Word = Field(description=_("Code of a percentage: dtp3_coverage."))
    over: Code = Field(
        "district", description=_("Compared: places of a level, sex, or group.")
    )
    place: Word | None = Field(
        None, description=_("Inside which; the country if none.")
    )
    period: Code | None = Field(None, description=_("2023, or 2019..2023."))
    measure: list[Code] = Field(
        [], max_length=MOST_WORDS, description=_("Codes of measures; all if none.")
    )
    among: Words = Field([], description=_("With over=group: identifiers, with *."))
    method: Code = Field("reported", description=_("How it was computed."))
    denominator: Code | None = Field(None, description=_("Who counted the children."))


class Places(Rows):
    """What is asked of /api/places."""

    inside: Word | None = Field(None, description=_("Only those inside this place."))
    level: Code | None = Field(None, description=_("Only those of this level."))
    q: Word | None = Field(None, description=_("Words of a name or alias."))


class Indicators(Rows):
    """What is asked of /api/indicators."""

    q: Word | None = Field(None, description=_("Words of a name."))


class Explain(Spoken):
    """What is asked of /api/explain: one figure."""

    indicator: Word = Field(description=_("Code: dtp1_coverage."))
    place: Word = Field(description=_("Identifier, name, alias or path."))
    period: Code = Field(description=_("2023, 2023Q1 or 202301."))
    sex: Code = Field("total", description=_("female, male, or total for both."))
    method: Code | None = Field(None, description=_("How it was computed."))
    denominator: Code | None = Field(None, description=_("Who counted the children."))
    build: Code | None = Field(None, description=_("A build by its identifier."))

"""The handbook's part on countries: schedule, groups of places, administrative maps."""

import datetime
from collections.abc import Iterable

from babel.dates import format_date

from boloci.catalogue.contents import Catalogue
from boloci.catalogue.definitions import Age, Country, Group, ScheduleRow
from boloci.catalogue.handbook_words import Say, table
from boloci.catalogue.loader import PACKAGE, load


def countries(_catalogue: Catalogue, say: Say) -> Iterable[str]:
    """Every country the catalogue defines, but the neutral one."""
    yield f"## {say('countries_title')}"
    yield ""
    for path in sorted((PACKAGE / "countries").glob("*/country.yaml")):
        found = load(country=path.parent.name)
        if found.country.country:
            yield from _country(found, say)


def _country(catalogue: Catalogue, say: Say) -> Iterable[str]:
    country = catalogue.country
    yield f"### {country.name[say.language]} (`{country.country}`)"
    yield ""
    if country.note:
        yield country.note[say.language]
        yield ""
    yield from _constants(country, say)
    yield f"#### {say('schedule_title')}"
    yield ""
    schedule = country.schedule
    if schedule.reviewed:
        reviewed = f"{say('reviewed')} {_date(schedule.reviewed, say)}"
        yield f"{reviewed}, {schedule.reviewer}. {schedule.note[say.language]}"
        yield ""
    rows = [_row(catalogue, row, say) for row in schedule.rows]
    yield from table(
        say, ("code", "name", "age", "since", "to_confirm", "source"), rows
    )
    yield f"#### {say('groups_title')}"
    yield ""
    for code, group in country.groups.items():
        yield from _group(code, group, say)
    yield from _maps(country, say)


def _constants(country: Country, say: Say) -> Iterable[str]:
    if not country.constants:
        return
    rows = [
        (f"`{name}`", f"{c.value:g}", c.note[say.language], c.source)
        for name, c in country.constants.items()
    ]
    yield from table(say, ("constant", "value", "note", "source"), rows)


def _row(catalogue: Catalogue, row: ScheduleRow, say: Say) -> tuple[str, ...]:
    when = _age(row.age, say) if row.age else row.when.get(say.language, "")
    return (
        f"`{row.element}`",
        catalogue.elements[row.element].name[say.language],
        when,
        _date(row.valid_from, say),
        row.to_confirm.get(say.language, ""),
        row.source,
    )


def _age(age: Age, say: Say) -> str:
    if age.at == 0:
        return say("birth")
    if age.until is None:
        return say.count(age.at, "age_units", age.unit)
    return f"{age.at:g}-{say.count(age.until, 'age_units', age.unit)}"


def _group(code: str, group: Group, say: Say) -> Iterable[str]:
    yield f"**{group.name[say.language]}** (`{code}`). {group.note[say.language]}"
    yield f"{say('source')}{say.colon}{group.source}"
    yield ""
    for member in group.members:
        since = _date(member.valid_from, say) or say("always")
        until = (
            f" {say('until')} {_date(member.valid_to, say)}" if member.valid_to else ""
        )
        reason = member.reason[say.language]
        yield f"- {member.place}, {say('from')} {since}{until} — {reason}"
    if group.members:
        yield ""


def _maps(country: Country, say: Say) -> Iterable[str]:
    if not country.maps:
        return
    yield f"#### {say('maps_title')}"
    yield ""
    for chart in country.maps:
        since = _date(chart.valid_from, say)
        until = _date(chart.valid_to, say)
        dates = [f"{say('from')} {since}"] if since else []
        dates += [f"{say('until')} {until}"] if until else []
        yield (
            f"- **{chart.name[say.language]}** ({' '.join(dates) or say('always')})"
            f"{say.colon}{', '.join(chart.regions)}. {chart.source}"
        )
    yield ""


def _date(date: datetime.date | None, say: Say) -> str:
    return format_date(date, format="long", locale=say.language) if date else ""

"""Forms of an improvement project: one for each kind of record, made from its fields.

What is wrong is said beside the box that it is about. Places, measures, ideas and
sessions are chosen among those of the project.
"""

import datetime
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils import timezone

from boloci import periods
from boloci.hub import reading
from boloci.hub.corrections.words import element
from boloci.hub.current import current, workspace
from boloci.hub.figures import choice
from boloci.hub.improvement import models, records, telling, words
from boloci.hub.improvement.models import Project
from boloci.hub.language import _
from boloci.hub.people.forms import one_line, place_name, place_words
from boloci.hub.rights import Scope, readable
from boloci.hub.sites.forms import GROUP
from boloci.published import PlaceRow

USUAL_LEVEL = "area"
"""Level at which the name of a place is looked up first: sites are health areas."""
OF_A_SITE = ("member", "cycle", "visit", "shared", "recount")
"""Records that are always about one site."""
LINES = 3
EARLIEST, YEARS_AHEAD = 1990, 20
"""Years that a record can be of."""
_UNWRITTEN = {
    *("id", "project", "by", "at", "version", "removed", "invented"),
    *("snapshot", "problems"),
}


class Day(forms.DateField):
    """A day, as the browser or a hand writes it; none of another century by mistake."""

    def __init__(self, **given: Any) -> None:
        """Takes 2024-05-31 and 31/05/2024."""
        super().__init__(
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **given,
        )

    def clean(self, value: Any) -> datetime.date | None:
        """The day. Raises `ValidationError` for one that lies too far away."""
        day = super().clean(value)
        latest = timezone.localdate().year + YEARS_AHEAD
        if day is not None and not EARLIEST <= day.year <= latest:
            raise forms.ValidationError(
                _("The year {year} lies too far away: is it a slip?").format(
                    year=day.year
                )
            )
        return day


class Month(forms.CharField):
    """A month, kept as `202401`."""

    def clean(self, value: Any) -> str:
        """The month. Raises `ValidationError` for text that is none."""
        text = one_line(super().clean(value))
        if not text:
            return ""
        try:
            code = periods.typed(text)
        except periods.NotAPeriod:
            code = 0
        if not code or periods.kind(code) != periods.MONTH:
            raise forms.ValidationError(
                _("“{text}” is no month: write 2024-01.").format(text=text[:20])
            )
        return periods.text(code)


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """The boxes of a record."""

    kind: ClassVar[str]
    instance: Any

    def __init__(
        self, *given: Any, project: Project | None, user: Any, **more: Any
    ) -> None:
        """`project`: whose record it is; None for one that is begun. `user`: who
        fills it in, and is offered only what that person may write or see."""
        super().__init__(*given, **more)
        self.project, self.user, self.scope = project, user, readable(user)
        labels, helps = words.fields(), words.helps()
        for name, box in self.fields.items():
            box.label = labels[name]
            box.help_text = helps.get(name, "")
            self._prepare(name, box)

    def _prepare(self, name: str, box: Any) -> None:
        """Choices of a box, in readers' words and of this project alone."""
        chosen = words.of(name, self.kind)
        if chosen:
            blank = [] if box.required or name == "barriers" else [("", "—")]
            box.choices = [*blank, *chosen.items()]
        if isinstance(box, forms.ModelChoiceField):
            box.label_from_instance = telling.name  # type: ignore[method-assign]
            box.queryset = box.queryset.filter(project=self.project, removed=False)
            box.empty_label = None if box.required else "—"
        if isinstance(box.widget, forms.Textarea):
            box.widget.attrs["rows"] = LINES
        if name in ("place_id", "sites") and self.project is not None:
            box.choices = self._sites(of_record=name == "place_id", box=box)

    def _sites(self, *, of_record: bool, box: Any) -> list[tuple[str, str]]:
        """Sites to choose among; a record is about one that its writer may write of,
        the own one first."""
        assert self.project is not None
        places = records.site_ids(self.project)
        kept = self.instance.place_id if self.instance.pk else ""
        if of_record:
            places = [one for one in places if self._may(one)]
            places += [kept] if kept and kept not in places else []
        own = self.user.place_id
        found = [(one, place_name(one)) for one in places]
        found.sort(key=lambda one: (one[0] != own, one[1]))
        whole = of_record and not box.required and self._may("")
        return [*([("", _("the whole project"))] if whole else []), *found]

    def _may(self, place_id: str) -> bool:
        return records.may_write(self.user, self.kind, self.project, place_id)

    def clean(self) -> dict[str, Any]:
        """What a record says that does not go together."""
        told: dict[str, Any] = super().clean() or {}
        for field, problem in _wrong(self.kind, told):
            if field in self.fields and field not in self.errors:
                self.add_error(field, problem)
        return told


class ProjectForm(RecordForm):
    """A project: its place is typed by name."""

    place = forms.CharField(max_length=300)

    def __init__(self, *given: Any, **more: Any) -> None:
        """A project that is there begins with the name of its place."""
        super().__init__(*given, **more)
        if self.instance.pk:
            self.initial["place"] = place_words(self.instance.place_id)
        for name, known in (
            ("aim_indicator", {self.instance.aim_indicator: "", **indicators()}),
            ("group", {self.instance.group: "", **_groups(self.scope)}),
        ):
            before = self.fields[name]
            self.fields[name] = forms.ChoiceField(
                choices=[("", "—"), *((k, v or k) for k, v in known.items() if k)],
                required=False,
                label=before.label,
                help_text=before.help_text,
            )
        self.order_fields(["name", "place", "problem"])

    def clean_place(self) -> str:
        """The id of the place that is named: it holds the sites that there are."""
        found = _placed(self.scope, self.cleaned_data["place"])
        if not records.may_write(self.user, "project", None, found.place_id):
            raise forms.ValidationError(
                _("You may not write projects of {place}.").format(place=found.name)
            )
        known = current().by_id
        sites = records.site_ids(self.instance) if self.instance.pk else []
        outside = [
            place_name(one)
            for one in sites
            if one in known and found.place_id not in known[one].path.split("/")
        ]
        if outside:
            raise forms.ValidationError(
                _("These sites do not lie in {place}: {sites}.").format(
                    place=found.name, sites=", ".join(outside)
                )
            )
        return found.place_id

    def clean(self) -> dict[str, Any]:
        """An aim is whole: what, to how much, until when."""
        told = super().clean()
        if told.get("place"):
            self.instance.place_id = told["place"]
        return told


class SiteForm(RecordForm):
    """A site: its place is typed by name, and lies inside the project's."""

    place = forms.CharField(max_length=300)

    def __init__(self, *given: Any, **more: Any) -> None:
        """A site that is there keeps its place: another one is another site."""
        super().__init__(*given, **more)
        if self.instance.pk:
            del self.fields["place"]
        else:
            self.order_fields(["place"])

    def clean_place(self) -> str:
        """The id of the place that is named."""
        assert self.project is not None
        found = _placed(self.scope, self.cleaned_data["place"])
        if self.project.place_id not in found.path.split("/"):
            raise forms.ValidationError(
                _("{place} does not lie in {above}, the place of the project.").format(
                    place=found.name, above=place_name(self.project.place_id)
                )
            )
        return found.place_id

    def clean(self) -> dict[str, Any]:
        """A place is one site at a time."""
        told = super().clean()
        place = told.get("place") or self.instance.place_id
        if place and told.get("joined") and self._is_there(place, told):
            self.add_error(
                "joined",
                _(
                    "{place} is a site of the project on these days already: end that"
                    " one first."
                ).format(place=place_name(place)),
            )
        self.instance.place_id = place or ""
        return told

    def _is_there(self, place: str, told: Mapping[str, Any]) -> bool:
        others = models.Site.objects.filter(
            project=self.project, place_id=place, removed=False
        ).exclude(pk=self.instance.pk)
        last = told.get("left") or datetime.date.max
        return any(
            one.joined <= last and told["joined"] <= (one.left or datetime.date.max)
            for one in others
        )


class MeasureForm(RecordForm):
    """A measure: an indicator of the catalogue."""

    def __init__(self, *given: Any, **more: Any) -> None:
        """Offers what a team can count or the figures tell."""
        super().__init__(*given, **more)
        self.fields["indicator"] = forms.ChoiceField(
            choices=list(indicators().items()), label=words.fields()["indicator"]
        )


@cache
def form_of(kind: str) -> type[RecordForm]:
    """The form of a kind of record, with a box for each field that people write.

    Raises `KeyError` for a kind that is none.
    """
    model = records.KINDS[kind]
    boxes: dict[str, Any] = {"kind": kind}
    fields = _fields(model, with_place=kind not in PLACED_OTHERWISE)
    for name in fields:
        box = _box(model, kind, name)
        if box is not None:
            boxes[name] = box
    boxes["Meta"] = type("Meta", (), {"model": model, "fields": fields})
    return type(f"{kind.title()}Form", (OWN.get(kind, RecordForm),), boxes)


class RecountForm(RecordForm):
    """Doses counted again in a register: of what the catalogue knows."""

    def __init__(self, *given: Any, **more: Any) -> None:
        """Offers the elements by their names."""
        super().__init__(*given, **more)
        named = sorted((element(code), code) for code in workspace().catalogue.elements)
        self.fields["element"] = forms.ChoiceField(
            choices=[(code, name) for name, code in named],
            label=words.fields()["element"],
        )

    def clean(self) -> dict[str, Any]:
        """A recount is of the visit's places, and of a month that has begun."""
        told = super().clean()
        visit = told.get("visit")
        if visit and told.get("place_id") not in (visit.place_id, *visit.sites):
            self.add_error("place_id", _("This visit was not there."))
        today = timezone.localdate()
        if told.get("period") and int(told["period"]) > today.year * 100 + today.month:
            self.add_error("period", _("This month is still to come."))
        return told


OWN: Mapping[str, type[RecordForm]] = {
    "project": ProjectForm,
    "site": SiteForm,
    "measure": MeasureForm,
    "recount": RecountForm,
}
PLACED_OTHERWISE = ("project", "site", "measure", "session", "coach")
"""Records about the project as a whole, or whose places are chosen otherwise."""


def _fields(model: type[Model], *, with_place: bool) -> list[str]:
    named = [one.name for one in model._meta.fields if one.name not in _UNWRITTEN]
    return [one for one in named if one != "place_id" or with_place]


def _box(model: type[Model], kind: str, name: str) -> forms.Field | None:
    """The box of a field that Django would not make as people need it."""
    field: Any = model._meta.get_field(name)
    required = not field.blank and not field.null
    if name == "place_id":
        return forms.ChoiceField(required=kind in OF_A_SITE)
    if name in ("sites", "barriers"):
        return forms.MultipleChoiceField(
            required=False, widget=forms.CheckboxSelectMultiple
        )
    if name in ("first", "last", "period"):
        return Month(max_length=10, required=required)
    if field.get_internal_type() == "DateField":
        return Day(required=required)
    return None


def indicators() -> dict[str, str]:
    """Indicators that a project can follow: those that teams count, then shares and
    rates of the routine figures; name -> what readers call it."""
    known = workspace().catalogue.indicators
    counted = [name for name, one in known.items() if records.counted_monthly(one)]
    routine = [
        name
        for name, one in known.items()
        if name in current().indicators
        and one.unit == "percent"
        and name not in counted
    ]
    return {name: choice.indicator(name) for name in (*counted, *routine)}


def _groups(scope: Scope) -> dict[str, str]:
    groups = [one for one in current().places if one.level == GROUP]
    return {one.place_id: one.name for one in scope.keep(groups)}


def _placed(scope: Scope, text: str) -> PlaceRow:
    """The place that words name, among those that a reader sees: of the usual level
    first. Raises `ValidationError` in the reader's words."""
    found = [one for one in reading.named(scope, text) if one.level != GROUP]
    usual = [one for one in found if one.level == USUAL_LEVEL]
    if text.strip() in {one.place_id for one in found}:
        return next(one for one in found if one.place_id == text.strip())
    if len(usual) == 1 or len(found) == 1:
        return (usual if len(usual) == 1 else found)[0]
    if not found:
        raise forms.ValidationError(
            _("No place that you see is called “{text}”.").format(text=text[:60])
        )
    named = ", ".join(" / ".join(_path(one)) for one in found[:5])
    raise forms.ValidationError(
        _("Several places are called so: write the path of one. {places}").format(
            places=named
        )
    )


def _path(one: PlaceRow) -> list[str]:
    """Names of a place and of those above it below the country."""
    return [place_name(part) for part in one.path.split("/")[1:]]


Wrong = Iterable[tuple[str, str]]


def _wrong(kind: str, told: Mapping[str, Any]) -> Wrong:
    """What does not go together in a record: (field, sentence)."""
    yield from _order(told)
    if kind == "project":
        yield from _aim(told)
    if kind == "training" and not _any(told, "women", "men", "people"):
        yield "people", _("Say how many were trained.")
    if kind == "cycle" and told.get("decision") and not told.get("seen"):
        yield "seen", _("A decision rests on what was seen: say it.")
    if kind == "visit" and told.get("day") and told["day"] > timezone.localdate():
        yield "day", _("This day is still to come: plan the visit for it.")
    if kind == "baseline" and told.get("kind") == "freeze" and not told.get("last"):
        yield "last", _("Say the last month whose points make the line.")


def _order(told: Mapping[str, Any]) -> Wrong:
    """An end before its beginning."""
    for first, last in (
        ("starts", "ends"),
        ("starts", "aim_day"),
        ("joined", "left"),
        ("began", "ended"),
        ("first", "last"),
        ("day", "next_visit"),
    ):
        if told.get(first) and told.get(last) and told[last] < told[first]:
            yield (
                last,
                _("This lies before “{first}”.").format(first=words.fields()[first]),
            )


def _aim(told: Mapping[str, Any]) -> Wrong:
    """An aim says what, to how much and until when, or is left out."""
    if not _any(told, "aim_indicator", "aim_value", "aim_day", "aim_from", "aim_for"):
        return
    if not told.get("aim_indicator"):
        yield "aim_indicator", _("Say what is to change.")
    if told.get("aim_value") is None:
        yield "aim_value", _("Say how much it is to be.")
    if not told.get("aim_day"):
        yield "aim_day", _("An aim without a date is a wish: say until when.")


def _any(told: Mapping[str, Any], *names: str) -> bool:
    return any(told.get(name) not in (None, "", []) for name in names)

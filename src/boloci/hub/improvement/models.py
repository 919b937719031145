"""An improvement project and what people write about it.

Nothing is deleted: a record is taken away by `removed`, and stays in the audit. What
is measured is not here: entries of teams become facts, and charts read facts.
"""

import datetime

from django.db import models

from boloci.hub.imports.models import Publication

SEXES = ("total", "female", "male", "gap")
"""Whom an aim is for; `gap`: boys less girls."""
PERSON = ("female", "male")
ROLES = ("outcome", "process", "balancing")
ASPECTS = ("access", "completion", "other")
CHARTS = ("run", "i", "i_log", "p", "p_prime", "u", "u_prime")
"""Charts of values by month; that of rare events needs their days."""
RULES = ("anhoej", "trend", "nhs")
WORK = ("coach", "staff")
ACTIVITIES = ("management", "community", "communication", "other")
DECISIONS = ("adopt", "adapt", "abandon")
BARRIERS = (
    *("decision", "time", "cost", "literacy", "distance", "readiness", "attitude"),
    *("female_vaccinator", "norms", "men", "other"),
)
"""Why a girl, or a child, is not brought: codes of the barriers of gender."""
BARRIER_LEVELS = ("individual", "household", "community", "system")
CHANGES = ("service", "communication", "community", "data", "management", "other")
STAGES = ("disaggregate", "find", "analyse", "design", "test", "monitor", "closed")
"""The way of a gap, from figures by sex to a gap that is closed."""
OPEN = ("draft", "sending")


def _choice(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Codes as a database field takes them; readers' words are in `words`."""
    return [(code, code) for code in codes]


class Written(models.Model):
    """Who wrote a record last, and which time it was."""

    by = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)
    removed = models.BooleanField(default=False, db_index=True)

    class Meta:
        """No table of its own."""

        abstract = True


class Project(Written):
    """An improvement project: the problem, and what is to be reached until when."""

    place_id = models.CharField(max_length=80, db_index=True)
    """The place that holds all its sites: who may write there may write the project."""
    name = models.CharField(max_length=200)
    problem = models.TextField(max_length=4000)
    group = models.CharField(max_length=200, blank=True)
    """Code of the group whose figures are the project's, where a source tells them."""
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    aim_indicator = models.CharField(max_length=120, blank=True)
    aim_sex = models.CharField(max_length=8, choices=_choice(SEXES), default="total")
    aim_from = models.FloatField(null=True, blank=True)
    """What it was before, in the unit of the indicator."""
    aim_value = models.FloatField(null=True, blank=True)
    """What it is to be."""
    aim_day = models.DateField(null=True, blank=True)
    """Until when."""
    aim_for = models.CharField(max_length=300, blank=True)
    """For whom, and where, in words."""

    class Meta:
        """Latest first."""

        ordering = ("-id",)

    def closed(self, day: datetime.date) -> bool:
        """Whether it is over on a day; the last one belongs to it."""
        return self.ends is not None and self.ends < day

    def __str__(self) -> str:
        return self.name


class OfProject(Written):
    """A record of a project; about one place, or about the whole project."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    place_id = models.CharField(max_length=80, blank=True, db_index=True)
    """A site of the project; blank: the project as a whole."""

    class Meta:
        """In the order in which they were written."""

        abstract = True
        ordering = ("id",)


class Site(OfProject):
    """A place where a team works, from a day to a day."""

    joined = models.DateField()
    left = models.DateField(null=True, blank=True)
    team = models.CharField(max_length=120, blank=True)
    """What its team calls itself."""

    def on(self, day: datetime.date) -> bool:
        """Whether it belongs to the project on a day; the last one counts."""
        return self.joined <= day and (self.left is None or day <= self.left)

    def __str__(self) -> str:
        return self.place_id


class Member(OfProject):
    """Somebody of the team of a site."""

    name = models.CharField(max_length=120)
    work = models.CharField(max_length=120, blank=True)
    """What the person is: midwife, community relay, technical director."""
    sex = models.CharField(max_length=8, choices=_choice(PERSON), blank=True)

    def __str__(self) -> str:
        return self.name


class Coach(OfProject):
    """A coach, or somebody of the programme, and the sites that the person covers."""

    name = models.CharField(max_length=120)
    work = models.CharField(max_length=8, choices=_choice(WORK), default="coach")
    sex = models.CharField(max_length=8, choices=_choice(PERSON), blank=True)
    sites = models.JSONField(default=list)
    """Ids of places; none: all of them."""

    def __str__(self) -> str:
        return self.name


class Training(OfProject):
    """People who were trained: in what, when, how many women and men."""

    what = models.CharField(max_length=200)
    day = models.DateField()
    who = models.CharField(max_length=120)
    """Providers, vaccinators, coaches."""
    women = models.PositiveIntegerField(null=True, blank=True)
    men = models.PositiveIntegerField(null=True, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    """All, where the sexes are not known."""

    def __str__(self) -> str:
        return self.what


class Activity(OfProject):
    """Support by the district's management, a link with the community, and others."""

    kind = models.CharField(max_length=16, choices=_choice(ACTIVITIES))
    day = models.DateField()
    what = models.TextField(max_length=2000)
    partners = models.CharField(max_length=200, blank=True)
    """With whom: social development, women's welfare."""

    def __str__(self) -> str:
        return self.what[:60]


class Measure(OfProject):
    """An indicator that the project follows."""

    indicator = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=_choice(ROLES), default="outcome")
    aspect = models.CharField(
        max_length=12, choices=_choice(ASPECTS), default="completion"
    )
    chart = models.CharField(max_length=12, choices=_choice(CHARTS), default="run")
    rules = models.CharField(max_length=12, choices=_choice(RULES), default="anhoej")
    invented = models.JSONField(default=dict, blank=True)
    """Indicator -> sex -> month -> a value that nobody measured: drawn in the demo,
    never a fact."""

    def __str__(self) -> str:
        return self.indicator


class Baseline(OfProject):
    """A centre line that a person froze, or began anew, and why."""

    KINDS = ("freeze", "rebase")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=_choice(KINDS))
    first = models.CharField(max_length=6)
    """First month of the points that the line is made of."""
    last = models.CharField(max_length=6, blank=True)
    """Last of them, where it is frozen; blank where it begins anew."""
    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"{self.kind} {self.first}"


class Gap(OfProject):
    """A gap between girls and boys, and how far the work on it is."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(
        max_length=16, choices=_choice(STAGES), default="disaggregate"
    )
    barriers = models.JSONField(default=list)
    """Codes of `BARRIERS`."""
    found = models.TextField(max_length=4000, blank=True)
    """What was seen, and why it is so."""

    def __str__(self) -> str:
        return f"{self.measure} {self.stage}"


class Idea(OfProject):
    """A change that teams try out."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=_choice(CHANGES))
    barrier = models.CharField(max_length=20, choices=_choice(BARRIERS), blank=True)
    level = models.CharField(max_length=12, choices=_choice(BARRIER_LEVELS), blank=True)
    description = models.TextField(max_length=4000, blank=True)
    gap = models.ForeignKey(
        Gap, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.name


class Session(OfProject):
    """A learning session: who was there."""

    day = models.DateField()
    agenda = models.TextField(max_length=4000, blank=True)
    sites = models.JSONField(default=list)
    """Ids of places whose teams were there."""
    learned = models.TextField(max_length=4000, blank=True)
    """What came out of it."""

    def __str__(self) -> str:
        return self.day.isoformat()


class Shared(OfProject):
    """What the team of a site told the others in a session."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    what = models.TextField(max_length=2000)
    idea = models.ForeignKey(
        Idea, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.what[:60]


class Cycle(OfProject):
    """A test of a change at a site: plan, do, study, act."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="+")
    began = models.DateField()
    ended = models.DateField(null=True, blank=True)
    hypothesis = models.TextField(max_length=2000)
    """What is expected to follow."""
    plan = models.TextField(max_length=4000, blank=True)
    done = models.TextField(max_length=4000, blank=True)
    seen = models.TextField(max_length=4000, blank=True)
    decision = models.CharField(max_length=8, choices=_choice(DECISIONS), blank=True)
    heard_at = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """The learning session where the team took the idea up."""

    def __str__(self) -> str:
        return f"{self.idea} {self.began}"


class Visit(OfProject):
    """A coaching visit: planned, then done."""

    planned = models.DateField()
    day = models.DateField(null=True, blank=True)
    """When it took place; blank until then."""
    purpose = models.CharField(max_length=300)
    who = models.CharField(max_length=300, blank=True)
    """Names of the coaches."""
    sites = models.JSONField(default=list)
    """Ids of further places that were seen on the way."""
    observed = models.TextField(max_length=4000, blank=True)
    next_visit = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.place_id} {self.day or self.planned}"


class Recount(OfProject):
    """Doses counted again in the register, beside what was reported."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    element = models.CharField(max_length=120)
    period = models.CharField(max_length=6)
    register = models.PositiveIntegerField()
    reported = models.PositiveIntegerField(null=True, blank=True)
    snapshot = models.CharField(max_length=40, blank=True)
    """The import that it became: evidence beside what was reported."""
    problems = models.JSONField(default=list, blank=True)
    """Why it could not be imported."""

    def __str__(self) -> str:
        return f"{self.element} {self.period}"


class TeamMonth(models.Model):
    """What a team counted of a month: a draft first, then an import."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    place_id = models.CharField(max_length=80)
    period = models.CharField(max_length=6)
    by = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now=True)
    state = models.CharField(max_length=12, default="draft")
    """draft, sending, sent, taken_back."""
    token = models.CharField(max_length=40, blank=True)
    """Of the open form that kept it last: what that form sends next is no conflict,
    though it did not hear that it was kept."""
    cells = models.JSONField(default=dict)
    """Boxes of the form: `INDICATOR.SEX.numerator` -> text as typed."""
    rows = models.JSONField(default=list)
    """What is sent: rows of the tidy table of measures."""
    problems = models.JSONField(default=list)
    """Why the last sending failed."""
    snapshot = models.CharField(max_length=40, blank=True)
    publication = models.ForeignKey(
        Publication, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """Latest first; one that is open a project, place and month."""

        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["project", "place_id", "period"],
                condition=models.Q(state__in=OPEN),
                name="one_open_team_month",
            ),
        )

    def __str__(self) -> str:
        return f"{self.place_id} {self.period}"


class TeamFile(models.Model):
    """Months of teams that came in a file: read and checked first, then an import."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    by = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=12, default="sending")
    """sending, sent, refused."""
    rows = models.JSONField(default=list)
    """Rows of the tidy table of measures."""
    problems = models.JSONField(default=list)
    snapshot = models.CharField(max_length=40, blank=True)
    publication = models.ForeignKey(
        Publication, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """Latest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name

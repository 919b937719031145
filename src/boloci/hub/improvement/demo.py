"""The demo's first improvement project: Mopti, as its source tells it.

Names, numbers and dates are those of USAID ASSIST (Reducing the gender-related
immunization gap in two districts of Mopti Region in Mali, 2017): two measured months,
18 coaches, 54 providers and 52 agents trained, 15 visits, 4 sessions. The source names
neither people nor districts nor days, so neither are named here; days of visits and
sessions are spread over the time, and the months between are drawn and nothing else.
"""

import datetime

from boloci.hub.current import current
from boloci.hub.improvement import actions
from boloci.hub.improvement.models import (
    Activity,
    Coach,
    Measure,
    OfProject,
    Project,
    Session,
    Training,
    Visit,
)

BY = "demo"
GROUP = "mopti_assist"
REGION = "Mopti"
INDICATOR = "complete_immunisation"
FIRST, LAST = datetime.date(2016, 10, 1), datetime.date(2017, 8, 31)
COACHES, VISITS, SESSIONS = 18, 15, 4
PROVIDERS, AGENTS = 54, 52
SOURCE = "USAID ASSIST"
BETWEEN: dict[str, dict[str, float]] = {
    "male": {
        **{"201611": 44, "201612": 47, "201701": 52, "201702": 55, "201703": 61},
        **{"201704": 66, "201705": 70, "201706": 75, "201707": 79},
    },
    "female": {
        **{"201611": 22, "201612": 26, "201701": 32, "201702": 38, "201703": 45},
        **{"201704": 51, "201705": 58, "201706": 64, "201707": 69},
    },
}
"""Months that nobody published, invented so that the picture of the demo has a line:
drawn, called invented, and in no fact, rule, table or file."""


def make_project() -> Project | None:
    """Make the demo's project where its group is published; the one there is kept.

    It stands in the region that its source names, else in the country as a whole.
    """
    known = current()
    if GROUP not in known.by_id:
        return None
    country, *others = known.places
    named = (p for p in others if p.level == "region" and p.name == REGION)
    region = next(named, country)
    there = Project.objects.filter(group=GROUP, removed=False).first()
    if there is not None:
        return there
    made = Project(
        place_id=region.place_id,
        group=GROUP,
        name="ASSIST, deux districts de Mopti (2016-2017)",
        problem=(
            "En octobre 2016, 41 % des garçons et 18 % des filles de moins d'un an"
            " étaient complètement vaccinés. Les deux districts et les jours ne sont"
            " pas nommés par la source : " + SOURCE + ". Le but était d'améliorer la"
            " vaccination et d'arriver à des taux égaux ; la source n'en donne ni"
            " chiffre ni date."
        ),
        starts=FIRST,
        ends=LAST,
    )
    actions.add(by=BY, record=made)
    for record in _records(made):
        actions.add(by=BY, record=record)
    return made


def _records(made: Project) -> list[OfProject]:
    measure = Measure(project=made, indicator=INDICATOR, invented={INDICATOR: BETWEEN})
    days = _spread(VISITS)
    return [
        measure,
        *(Coach(project=made, name=f"Coach {n}") for n in range(1, COACHES + 1)),
        Training(
            project=made, what=SOURCE, day=FIRST, who="prestataires", people=PROVIDERS
        ),
        Training(
            project=made,
            what=SOURCE,
            day=FIRST,
            who="agents de vaccination",
            people=AGENTS,
        ),
        Activity(
            project=made,
            kind="communication",
            day=FIRST,
            what="Communication de soutien auprès des familles",
            partners="développement social, promotion de la femme",
        ),
        *(
            Visit(
                project=made,
                planned=day,
                day=day,
                purpose=f"Visite intégrée {number} sur {VISITS} (jour inventé)",
            )
            for number, day in enumerate(days, 1)
        ),
        *(
            Session(project=made, day=day, agenda=f"Session {n} sur 4 (jour inventé)")
            for n, day in enumerate(_spread(SESSIONS), 1)
        ),
    ]


def _spread(count: int) -> list[datetime.date]:
    """Days spread evenly over the time of the project."""
    span = (LAST - FIRST).days
    return [
        FIRST + datetime.timedelta(days=span * (2 * n + 1) // (2 * count))
        for n in range(count)
    ]

"""The demo's second project: invented teams in a region, from their first month on.

All of it is invented: the places, the people, the numbers. Its months are brought as a
team brings them, in a file, before the demo builds its figures, so that one build has
them; what tests of change, visits and a session say is written as people write it.
"""

import csv
import datetime
import io
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import pyarrow as pa

from boloci import periods
from boloci.hub.current import workspace
from boloci.hub.imports.models import Publication
from boloci.hub.improvement import actions, brought, months, work
from boloci.hub.improvement.demo import BY, INDICATOR, REGION
from boloci.hub.improvement.models import (
    Activity,
    Coach,
    Cycle,
    Gap,
    Idea,
    Measure,
    Member,
    OfProject,
    Project,
    Recount,
    Session,
    Shared,
    Site,
    Training,
    Visit,
)
from boloci.lake import merge, snapshots
from boloci.pipeline.understanding import tree_so_far
from boloci.places.tree import Place, Tree
from boloci.tables import TIDY

WHERE = "Ségou"
"""The region; another one where a country has none of that name, but never `REGION`,
which has a project of its own."""
OWN_NAMES = ("Ségou", "Niono", "Tominian")
"""Districts of the region that bear a real name: no invented team works there."""
SITES = 3
FIRST, LAST = datetime.date(2023, 7, 1), datetime.date(2024, 12, 31)
FILE = "mois-inventes.csv"
Counted = Sequence[tuple[int, int]]
"""Of a month each: complete immunisation, of how many children followed."""
GIRLS: Sequence[Counted] = (
    (
        *((13, 34), (15, 37), (12, 31), (14, 35), (13, 36), (12, 32), (14, 38)),
        *((15, 36), (13, 33), (21, 35), (23, 37), (21, 34), (24, 38), (22, 35)),
        *((23, 36), (25, 37), (24, 36), (25, 38)),
    ),
    (
        *((11, 27), (10, 25), (12, 29), (11, 28), (10, 26), (12, 30), (11, 26)),
        *((10, 27), (12, 28), (11, 27), (12, 29), (17, 28), (18, 29), (16, 26)),
        *((18, 28), (18, 27), (17, 27), (19, 29)),
    ),
    (
        *((16, 43), (18, 45), (17, 44), (15, 41), (17, 46), (18, 44), (16, 42)),
        *((17, 43), (18, 46), (18, 44), (17, 45), (16, 43), (25, 44), (27, 45)),
        *((26, 43), (28, 46), (27, 44), (28, 45)),
    ),
)
BOYS: Sequence[Counted] = (
    (
        *((20, 36), (19, 35), (21, 38), (18, 34), (20, 37), (19, 33), (21, 37)),
        *((20, 36), (19, 34), (22, 36), (23, 37), (22, 35), (23, 36), (24, 37)),
        *((23, 35), (24, 37), (24, 36), (25, 38)),
    ),
    (
        *((15, 28), (14, 26), (16, 29), (15, 27), (14, 27), (16, 29), (15, 28)),
        *((14, 26), (15, 28), (16, 28), (15, 27), (17, 28), (18, 29), (17, 27)),
        *((18, 28), (17, 27), (18, 28), (19, 29)),
    ),
    (
        *((24, 44), (25, 46), (23, 43), (24, 44), (25, 45), (23, 42), (25, 45)),
        *((24, 44), (25, 46), (25, 45), (26, 46), (25, 44), (28, 45), (28, 44)),
        *((29, 46), (28, 44), (29, 45), (30, 46)),
    ),
)
"""By site, then by month from `FIRST` on."""


def make_project() -> Project | None:
    """Make the project and have its months imported, for the build that follows.

    Nothing needs to be published yet. None where a country has no region for it; one
    that is there is kept, and its months are not brought again.
    """
    places = _places(tree_so_far(workspace()), _recounts())
    if places is None:
        return None
    region, sites = places
    there = Project.objects.filter(place_id=region.id, by=BY, group="").first()
    if there is not None:
        return there
    made = Project(
        place_id=region.id,
        name=f"Rattraper les filles, {region.name} (projet inventé)",
        problem=(
            "Dans trois aires, un peu moins de quatre filles sur dix sont complètement"
            " vaccinées à un an, et plus d'un garçon sur deux. Les mères viennent"
            " seules, les jours de marché elles ne viennent pas. Équipes, personnes et"
            " chiffres de ce projet sont inventés."
        ),
        starts=FIRST,
        aim_indicator=INDICATOR,
        aim_sex="female",
        aim_from=40,
        aim_value=65,
        aim_day=LAST,
        aim_for="Filles suivies par les trois équipes",
    )
    actions.add(by=BY, record=made)
    _done_here(lambda: _write(made, sites))
    return made


def note_published(build: str) -> None:
    """Say of publications that wait that a build has what they wait for: the demo
    builds once, after its months were brought."""
    waiting = Publication.objects.filter(state__in=Publication.UNDER_WAY)
    waiting.update(state="published", build=build, share=1.0)


def _recounts() -> pa.Table:
    """Doses counted again that the country's files tell."""
    return merge.table(snapshots.live(workspace().lake), "recounts")


def _places(tree: Tree, recounts: pa.Table) -> tuple[Place, list[Place]] | None:
    """A region and the sites: areas of one district, those recounted first."""
    recounted = set(recounts["place_id"].to_pylist())
    regions = [one for one in tree.places if one.level == "region"]
    others = [one for one in regions if one.name != REGION]
    named = [one for one in others if one.name == WHERE]
    if not others:
        return None
    region = (named or others)[0]
    found: dict[str, list[Place]] = {}
    for one in sorted(tree.places, key=lambda place: place.name):
        above = tree.by_id.get(one.parent_id)
        if above is None or above.parent_id != region.id or above.name in OWN_NAMES:
            continue
        if one.valid_from is None and one.valid_to is None:
            found.setdefault(above.name, []).append(one)
    full = [areas for _name, areas in sorted(found.items()) if len(areas) >= SITES]
    if not full:
        return None
    chosen = max(full, key=lambda areas: len(recounted & {one.id for one in areas}))
    return region, sorted(chosen, key=lambda one: one.id not in recounted)[:SITES]


def _write(made: Project, sites: Sequence[Place]) -> None:
    for record in _begun(made, sites):
        actions.add(by=BY, record=record)
    for record in _tested(made, sites):
        actions.add(by=BY, record=record)
    _accompany(made, sites)
    rows = brought.rows_of(BY, made, FILE, _file(sites))
    file = months.bring(by=BY, project=made, name=FILE, rows=rows)
    work.bring_file.call(file.pk)


def _begun(made: Project, sites: Sequence[Place]) -> list[OfProject]:
    people = (
        ("Awa (nom inventé)", "sage-femme", "female"),
        ("Moussa (nom inventé)", "vaccinateur", "male"),
        ("Fanta (nom inventé)", "relais communautaire", "female"),
    )
    return [
        *(Site(project=made, place_id=one.id, joined=FIRST) for one in sites),
        Measure(project=made, indicator=INDICATOR),
        Measure(project=made, indicator="dropout_dtp1_dtp3", role="balancing"),
        *(
            Member(project=made, place_id=site.id, name=name, work=does, sex=sex)
            for site, (name, does, sex) in product(sites, people)
        ),
        Coach(project=made, name="Coach du district (inventé)", sites=[]),
        Training(
            project=made,
            what="Communication de soutien auprès des familles",
            day=datetime.date(2023, 7, 11),
            who="prestataires",
            women=7,
            men=5,
        ),
        Activity(
            project=made,
            kind="community",
            day=datetime.date(2024, 3, 19),
            what="Rencontre avec les femmes du marché et les chefs de famille",
            partners="promotion de la femme",
        ),
    ]


def _tested(made: Project, sites: Sequence[Place]) -> list[OfProject]:
    """Ideas, tests and the session where one went from a site to another.

    Records are made in the order in which they stand on each other.
    """
    first, second, third = (one.id for one in sites)
    gap = Gap(
        project=made,
        measure=Measure.objects.get(project=made, indicator=INDICATOR),
        stage="monitor",
        barriers=["time", "decision", "attitude"],
        found=(
            "Les jours de marché, une fille sur trois attendue ne vient pas ; un garçon"
            " sur six. Les mères disent n'avoir personne pour garder les autres."
        ),
    )
    evening = Idea(
        project=made,
        name="Séance du soir, près du marché",
        kind="service",
        barrier="time",
        level="household",
        gap=gap,
    )
    calls = Idea(
        project=made,
        name="Rappeler la mère par téléphone la veille",
        kind="communication",
        barrier="literacy",
        level="individual",
    )
    fathers = Idea(
        project=made,
        name="Inviter les pères à la séance",
        kind="community",
        barrier="decision",
        level="household",
        gap=gap,
    )
    session = Session(
        project=made,
        day=datetime.date(2024, 5, 21),
        agenda="Chaque équipe montre son graphique ; une idée à reprendre",
        sites=[first, second, third],
        learned=(
            "La séance du soir a tenu deux mois de suite. Le téléphone n'aide pas là"
            " où la mère n'en a pas à elle."
        ),
    )
    return [
        gap,
        evening,
        calls,
        fathers,
        session,
        Shared(
            project=made,
            place_id=first,
            session=session,
            what="Le registre du soir : 21 filles sur 35 en avril, 13 sur 33 en mars",
            idea=evening,
        ),
        Cycle(
            project=made,
            place_id=third,
            idea=calls,
            began=datetime.date(2024, 1, 8),
            ended=datetime.date(2024, 2, 27),
            hypothesis="Une mère rappelée la veille vient le lendemain",
            plan="Appeler la veille les mères de dix filles attendues, deux mois",
            done="31 appels, 9 réponses",
            seen="Quatre mères sur cinq n'ont pas de téléphone : rien ne change",
            decision="abandon",
        ),
        Cycle(
            project=made,
            place_id=first,
            idea=evening,
            began=datetime.date(2024, 4, 2),
            ended=datetime.date(2024, 5, 28),
            hypothesis="À 18 heures, la mère peut venir avec tous ses enfants",
            plan="Une séance par semaine de 17 à 20 heures, deux mois",
            done="Huit séances sur huit",
            seen="Plus de filles complètes chaque mois, et pas moins de garçons",
            decision="adopt",
        ),
        Cycle(
            project=made,
            place_id=second,
            idea=evening,
            began=datetime.date(2024, 6, 4),
            ended=datetime.date(2024, 7, 30),
            hypothesis="Ce qui a aidé près d'un marché aide près d'un autre",
            plan="Une séance par quinzaine, le jour du marché",
            done="Quatre séances sur quatre, à 16 heures au lieu de 18",
            seen="Les mères viennent ; après 18 heures le marché est déjà vide",
            decision="adapt",
            heard_at=session,
        ),
        Cycle(
            project=made,
            place_id=third,
            idea=fathers,
            began=datetime.date(2024, 7, 9),
            ended=datetime.date(2024, 8, 27),
            hypothesis="Un père qui a vu la séance laisse venir la mère",
            plan="Inviter dix pères par le chef de village, une fois par mois",
            done="Deux séances, 17 pères",
            seen="Les filles de ces pères sont venues, toutes sauf une",
            decision="adopt",
        ),
    ]


def _accompany(made: Project, sites: Sequence[Place]) -> None:
    """Visits, and at the first of them doses that were counted again."""
    days = (
        *((2023, 9, 12), (2023, 11, 21), (2024, 3, 5), (2024, 6, 18)),
        *((2024, 9, 10), (2024, 11, 19)),
    )
    for number, day in enumerate(days):
        visit = Visit(
            project=made,
            place_id=sites[number % SITES].id,
            planned=datetime.date(*day),
            day=datetime.date(*day),
            purpose="Registre, graphique de suivi, changement en cours",
            who="Coach du district (inventé)",
            observed=(
                "Le graphique est au mur et à jour. Le registre note le sexe de chaque"
                " enfant."
            ),
        )
        actions.add(by=BY, record=visit)
        if not number:
            _count_again(made, visit)


def _count_again(made: Project, visit: Visit) -> None:
    """What the country's files say of the site's doses, as a recount of the visit: a
    visit that counted otherwise would contradict them."""
    told = [
        row
        for row in _recounts().to_pylist()
        if row["place_id"] == visit.place_id
        and None not in (row["register"], row["monthly_report"])
    ]
    for row in told[-1:]:
        again = Recount(
            project=made,
            place_id=visit.place_id,
            visit=visit,
            element=row["element"],
            period=periods.text(row["period"]),
            register=int(row["register"]),
            reported=int(row["monthly_report"]),
        )
        actions.add(by=BY, record=again)
        work.bring_recount.call(again.pk)


def _file(sites: Sequence[Place]) -> bytes:
    """The months of the teams, as a file that they could have filled in."""
    columns = [one for one in TIDY[brought.TABLE].names if one in brought.FILLED]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    for sex, counted in (("female", GIRLS), ("male", BOYS)):
        for site, own in zip(sites, counted, strict=True):
            writer.writerows(_months(site, sex, own))
    return text.getvalue().encode()


def _months(site: Place, sex: str, counted: Counted) -> list[Mapping[str, Any]]:
    begins = periods.serial(FIRST.year * 100 + FIRST.month)
    return [
        {
            "indicator": INDICATOR,
            "place_id": site.id,
            "period": periods.month_at(begins + number),
            "sex": sex,
            "numerator": numerator,
            "denominator": denominator,
        }
        for number, (numerator, denominator) in enumerate(counted)
    ]


def _done_here(write: Callable[[], None]) -> None:
    """Write, and leave no job behind: what is written here is also done here, and a
    worker that found the jobs later would do them a second time."""
    from django_tasks_db.models import DBTaskResult

    before = set(DBTaskResult.objects.values_list("pk", flat=True))
    write()
    DBTaskResult.objects.exclude(pk__in=before).delete()

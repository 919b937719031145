"""What readers call the choices and the fields of an improvement project."""

from boloci.hub.language import _

Words = dict[str, str]


def sexes() -> Words:
    """Whom an aim is for."""
    return {
        "total": _("all children"),
        "female": _("girls"),
        "male": _("boys"),
        "gap": _("the gap between boys and girls"),
    }


def person() -> Words:
    """Sex of somebody who works."""
    return {"female": _("woman"), "male": _("man")}


def roles() -> Words:
    """What a measure is there for."""
    return {
        "outcome": _("outcome: what is to get better"),
        "process": _("process: what is done for it"),
        "balancing": _("balancing: what must not get worse"),
    }


def aspects() -> Words:
    """What a measure of children is about."""
    return {
        "access": _("access: the first contact"),
        "completion": _("completion: every vaccine"),
        "other": _("something else"),
    }


def charts() -> Words:
    """Kinds of charts, with the figures that each is for."""
    return {
        "run": _("run chart (median)"),
        "i": _("I chart: one value a month"),
        "i_log": _("I chart of the logarithm: a rate that can pass 100 %"),
        "p": _("P chart: a share, numerator inside the denominator"),
        "p_prime": _("P' chart (Laney): a share of many children"),
        "u": _("U chart: a rate that can pass 100 %"),
        "u_prime": _("U' chart (Laney): a rate of many children"),
    }


def rules() -> Words:
    """Rules that tell a signal from chance."""
    return {
        "anhoej": _("Anhøj's rules: a long run, few crossings"),
        "trend": _("Anhøj's rules and a trend: often chance, on a run chart only"),
        "nhs": _("rules of the NHS, on charts with limits"),
    }


def work() -> Words:
    """Who accompanies teams."""
    return {"coach": _("coach"), "staff": _("programme staff")}


def activities() -> Words:
    """Kinds of activities."""
    return {
        "management": _("support by the district's management"),
        "community": _("link between the health centre and the community"),
        "communication": _("supportive communication"),
        "other": _("something else"),
    }


def decisions() -> Words:
    """What a test of change ended with."""
    return {"adopt": _("adopt"), "adapt": _("adapt"), "abandon": _("abandon")}


def barriers() -> Words:
    """Why a child, and a girl more often, is not brought."""
    return {
        "decision": _("who decides in the household"),
        "time": _("time and work of mothers"),
        "cost": _("cost"),
        "literacy": _("reading and knowing"),
        "distance": _("distance and transport"),
        "readiness": _("readiness of the health centre"),
        "attitude": _("attitude of staff"),
        "female_vaccinator": _("no woman among the vaccinators"),
        "norms": _("norms"),
        "men": _("engagement of men"),
        "other": _("something else"),
    }


def barrier_levels() -> Words:
    """Where a barrier lies."""
    return {
        "individual": _("the person"),
        "household": _("the household"),
        "community": _("the community"),
        "system": _("the health system"),
    }


def changes() -> Words:
    """Kinds of change."""
    return {
        "service": _("how and when children are vaccinated"),
        "communication": _("communication with families"),
        "community": _("work with the community"),
        "data": _("registers and figures"),
        "management": _("management"),
        "other": _("something else"),
    }


def stages() -> Words:
    """The way of a gap, in its order."""
    return {
        "disaggregate": _("figures by sex"),
        "find": _("the gap is seen"),
        "analyse": _("its reasons are analysed"),
        "design": _("a response is designed"),
        "test": _("the response is tested"),
        "monitor": _("the gap is followed"),
        "closed": _("closed"),
    }


def baselines() -> Words:
    """What a person did to a centre line."""
    return {
        "freeze": _("keep the line of these months for all that follow"),
        "rebase": _("begin a new line with this month"),
    }


CHOICES = {
    "aim_sex": sexes,
    "sex": person,
    "role": roles,
    "aspect": aspects,
    "chart": charts,
    "rules": rules,
    "work": work,
    "decision": decisions,
    "barrier": barriers,
    "barriers": barriers,
    "level": barrier_levels,
    "stage": stages,
}
"""Field -> words of its choices, where all records that have it mean the same."""
KINDS = {"activity": activities, "idea": changes, "baseline": baselines}
"""Record -> words of its field `kind`."""


def kinds() -> Words:
    """What a record is called."""
    return {
        "project": _("Improvement project"),
        "site": _("Site"),
        "member": _("Team member"),
        "coach": _("Coach or programme staff"),
        "training": _("Training"),
        "activity": _("Activity"),
        "measure": _("Measure"),
        "baseline": _("Centre line"),
        "gap": _("Gap between girls and boys"),
        "idea": _("Idea of change"),
        "cycle": _("Test of change"),
        "visit": _("Coaching visit"),
        "recount": _("Data checked at the source"),
        "session": _("Learning session"),
        "shared": _("What a team shared"),
    }


def fields() -> Words:
    """What a field is called."""
    return {
        "name": _("Name"),
        "place": _("Place"),
        "place_id": _("Site"),
        "problem": _("The problem"),
        "starts": _("Begins on"),
        "ends": _("Ends on"),
        "group": _("Group whose figures are the project's"),
        "aim_indicator": _("Aim: what is to change"),
        "aim_sex": _("Aim: for whom"),
        "aim_from": _("Aim: from how much"),
        "aim_value": _("Aim: to how much"),
        "aim_day": _("Aim: until when"),
        "aim_for": _("Aim: for whom and where, in words"),
        "joined": _("Since"),
        "left": _("Until"),
        "team": _("Name of the team"),
        "work": _("What the person does"),
        "sex": _("Woman or man"),
        "sites": _("Sites"),
        "what": _("What"),
        "day": _("Day"),
        "who": _("Who"),
        "women": _("Women"),
        "men": _("Men"),
        "people": _("People, where the sexes are not known"),
        "kind": _("Kind"),
        "partners": _("With whom"),
        "indicator": _("Indicator"),
        "role": _("What for"),
        "aspect": _("About"),
        "chart": _("Chart"),
        "rules": _("Rules"),
        "measure": _("Measure"),
        "first": _("From the month"),
        "last": _("To the month"),
        "reason": _("Reason"),
        "stage": _("How far it is"),
        "barriers": _("Barriers"),
        "found": _("What was seen, and why"),
        "barrier": _("Barrier that it is to remove"),
        "level": _("Where the barrier lies"),
        "description": _("Description"),
        "gap": _("Gap that it answers"),
        "agenda": _("Agenda"),
        "learned": _("What came out of it"),
        "session": _("Learning session"),
        "idea": _("Idea"),
        "began": _("Began on"),
        "ended": _("Ended on"),
        "hypothesis": _("What is expected to follow"),
        "plan": _("Plan: who does what, where, when"),
        "done": _("Do: what was done"),
        "seen": _("Study: what was seen"),
        "decision": _("Act: decision"),
        "heard_at": _("Taken up at the learning session"),
        "planned": _("Planned for"),
        "purpose": _("Purpose"),
        "observed": _("What was observed"),
        "next_visit": _("Next visit"),
        "visit": _("Visit"),
        "element": _("What was counted"),
        "period": _("Month"),
        "register": _("Counted in the register"),
        "reported": _("In the monthly report"),
    }


def helps() -> Words:
    """What helps to fill a field, where its name does not say it."""
    return {
        "place": _("Name, path (Sikasso / Niéna) or identifier."),
        "aim_day": _("An aim without a date is a wish."),
        "first": _("As 2024-01."),
        "last": _("As 2024-12."),
        "period": _("As 2024-01."),
        "team": _("As the team calls itself; blank: the name of the place."),
        "reason": _("Why the line is kept or begun anew: whoever reads it will ask."),
        "group": _("Where a source tells the figures of the project as a whole."),
    }


def of(field: str, record: str) -> Words:
    """Words of a field's choices; none where it has no choices."""
    if field == "kind":
        return KINDS[record]()
    if field == "work" and record != "coach":
        return {}
    return CHOICES[field]() if field in CHOICES else {}

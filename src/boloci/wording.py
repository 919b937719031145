"""Problems and findings in words: the catalogue's sentence, filled in for a reader.

Where in the user's files the trouble is comes first, in words; then the sentence;
then the remedy. Numbers are written as the reader's language writes them. A value
that a sentence names and nobody gave becomes "…": words must never be the reason
that a reader sees a traceback.
"""

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache, partial
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from boloci import periods
from boloci.catalogue.contents import Catalogue
from boloci.problems import Problem, Where
from boloci.spacing import JOINT, unbroken
from boloci.tables import Finding
from boloci.telling.numbers import HUGE, about, number

MISSING = "…"
NEARLY_SURE = 99
"""Chances of 100 above which a sentence says "more than 99": 100 would be certainty."""
EXAMPLES = 12
"""How many items of a list a sentence shows before "…"."""
KEPT = 100_000
"""Numbers and months whose words are remembered: Babel takes a while for each, and
thousands of findings tell the same ones."""

_PLACEHOLDER = re.compile(r"(\b(?:about|environ) )?\{(\w+)\}")
"""A value in a sentence; "about" before it has it told in round numbers."""
_COUNTED = re.compile(r"\{(\w+)\}[^{]*\(s\)[^{]*")
"""A count, and words up to the next value that are of its number."""
SEVERAL = 2
_NUMBERS_AS_WRITTEN = re.compile(
    r"(?:^|_)(?:rows?|lines?|years?|months?|periods?|format|known|found|code|id|port"
    r"|version|cells?)(?:_|$)"
)
"""Names of values that are numbers but no quantities: 2024 is not "2 024"."""

_MONTHS = re.compile(r"(?:^|_)months?$")
"""Names of values that are period codes: 202403 is "mars 2024"."""
_FIRST_MONTH_CODE = 190001

_WHERE = {
    "fr": {
        "sheet": "feuille « {} »",
        "row": "ligne {}",
        "column": "colonne « {} »",
        "text": "texte « {} »",
        "colon": " : ",
        "remedy": "À faire : ",
        "unknown": "Problème sans phrase dans le catalogue : {}.",
        "unknown_rule": "Constat sans phrase dans le catalogue : {}.",
        "no_doubt": "aucun connu",
        "more_than": "plus de {}",
        "context": "Ce que l'on sait déjà et qui peut l'expliquer : {}.",
        "stock_out": "rupture de stock",
        "campaign": "campagne",
        "closure": "fermeture",
        "displacement": "déplacement de population",
        "new_catchment": "nouvelle aire",
        "intervention": "intervention",
        "other": "événement noté",
        "sessions_cancelled": "séances non tenues",
    },
    "en": {
        "sheet": "sheet “{}”",
        "row": "row {}",
        "column": "column “{}”",
        "text": "text “{}”",
        "colon": ": ",
        "remedy": "What to do: ",
        "unknown": "A problem without a sentence in the catalogue: {}.",
        "unknown_rule": "A finding without a sentence in the catalogue: {}.",
        "no_doubt": "none known",
        "more_than": "more than {}",
        "context": "What is already known and may explain it: {}.",
        "stock_out": "stock-out",
        "campaign": "campaign",
        "closure": "closure",
        "displacement": "displacement of people",
        "new_catchment": "new catchment area",
        "intervention": "intervention",
        "other": "an event that was noted",
        "sessions_cancelled": "sessions not held",
    },
}

_CHOICES_FR = {
    "by": "l'ordre (by)",
    "denominator": "la source du dénominateur (denominator)",
    "measure": "la mesure (measure)",
    "method": "la méthode (method)",
    "rule": "la règle (rule)",
    "severity": "la gravité (severity)",
    "sex": "le sexe (sex)",
}
"""What French readers are told was chosen; English ones read the option's own name."""


def problem_sentence(problem: Problem, catalogue: Catalogue, language: str) -> str:
    """A problem as a reader sees it: where, what, and on a new line what to do."""
    words = _words(language)
    values = {**_filled(problem.where), **in_language(problem.values, language)}
    if language == "fr" and problem.code == "choice_unknown":
        values["what"] = _CHOICES_FR.get(values.get("what", ""), values.get("what"))
    entry = catalogue.problems.get(problem.code)
    where = _where(problem.where, language)
    lead = f"{where}{words['colon']}" if where else ""
    if entry is None:
        told = ", ".join(f"{k} = {_said(k, v, language)}" for k, v in values.items())
        return lead + words["unknown"].format(" ".join([problem.code, told]).strip())
    sentence = lead + fill(_in(entry, language), values, language)
    remedy = entry.remedy.get(language) or entry.remedy.get("en", "")
    if not remedy:
        return sentence
    return f"{sentence}\n{words['remedy']}{fill(remedy, values, language)}"


def finding_sentence(
    finding: Finding, catalogue: Catalogue, language: str
) -> tuple[str, str]:
    """A finding's sentence and its suggested action; the action may be blank.

    Sentences take `params` (of `dose_fr` and `dose_en` the reader's as `dose`) and the
    finding's own fields; what is counted, vaccines and sources of denominators are told
    by name. The file and sheet of a finding about a file come first where
    the sentence does not name them itself.
    """
    words = _words(language)
    values = {**_fields(finding), **in_language(finding.params, language)}
    values |= _named(finding, catalogue, language)
    values |= _clauses(values, catalogue, language)
    entry = catalogue.rules.get(finding.rule)
    if entry is None:
        told = ", ".join(f"{k} = {_said(k, v, language)}" for k, v in values.items())
        return words["unknown_rule"].format(f"{finding.rule} {told}".strip()), ""
    text = _in(entry, language)
    place = Where(
        file="" if "{file}" in text else str(values.get("file", "")),
        sheet="" if "{sheet}" in text else str(values.get("sheet", "")),
    )
    where = _where(place, language)
    lead = f"{where}{words['colon']}" if where else ""
    action = entry.action.get(language) or entry.action.get("en", "")
    sentence = lead + fill(text, values, language)
    known = context_said(finding.context, catalogue, language)
    if known:
        sentence = f"{sentence} {words['context'].format(known)}"
    return sentence, fill(action, values, language)


def _clauses(
    values: Mapping[str, Any], catalogue: Catalogue, language: str
) -> dict[str, str]:
    """Why to look at a place first and what is doubtful, in words: {because}, {doubts}.

    Both are lists of codes of `looking.yaml`; {advice} is the action of the first.
    """
    if not isinstance(values.get("because"), list):
        return {}
    told = {
        name: JOINT[language].join(
            clauses(values.get(name) or (), values, catalogue, language)
        )
        for name in ("because", "doubts")
    }
    first = values["because"][:1]
    action = catalogue.looking[first[0]].action if first else {}
    return {
        **told,
        "doubts": told["doubts"] or _words(language)["no_doubt"],
        "advice": action.get(language) or action.get("en", ""),
    }


def clauses(
    codes: Iterable[str], values: Mapping[str, Any], catalogue: Catalogue, language: str
) -> list[str]:
    """A clause for each code of `looking.yaml`, with the numbers of a place."""
    return [fill(_in(catalogue.looking[c], language), values, language) for c in codes]


def in_language(params: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Values of a finding with the names that are told in the reader's language."""
    suffix = f"_{language}"
    own = {
        name.removesuffix(suffix): value
        for name, value in params.items()
        if name.endswith(suffix)
    }
    return {**params, **own}


def _named(finding: Finding, catalogue: Catalogue, language: str) -> dict[str, Any]:
    """Names for the codes of a finding; a list of doses gets the short ones."""

    def of(known: Mapping[str, Any], code: Any) -> Any:
        name = known[code].name if code in known else {}
        return name.get(language) or name.get("en") or code

    params = finding.params
    told = {
        "element": of(catalogue.elements, finding.element),
        "elements": [
            str(of(catalogue.elements, code)).partition(" (")[0]
            for code in params.get("elements") or ()
        ],
        "product": of(catalogue.dictionary.products, params.get("product")),
        "source": of(catalogue.denominators, params.get("source")),
    }
    own = params.keys() | ({"element"} if finding.element else set())
    return {name: value for name, value in told.items() if name in own}


def context_said(context: str, catalogue: Catalogue, language: str) -> str:
    """What explains a finding: `stock-out (Penta), January 2024 – March 2024`.

    `context` is the JSON list that `pipeline.checks.gathering` writes; blank: nothing.
    """
    words, products = _words(language), catalogue.dictionary.products
    told = []
    for event in json.loads(context or "[]"):
        product = event.get("product") or ""
        name = products[product].name if product in products else {}
        inside = name.get(language) or product or event.get("note") or ""
        ends = dict.fromkeys((event["first"], event["last"]))
        months = " – ".join(_said("month", end, language) for end in ends)
        kind = words.get(event["kind"], event["kind"])
        told.append(f"{kind} ({inside}), {months}" if inside else f"{kind}, {months}")
    return JOINT[language].join(told)


def fill(sentence: str, values: Mapping[str, Any], language: str) -> str:
    """A sentence with its `{names}` filled in; what is not given becomes "…".

    Words that end in "(s)" after a count of two and more are plurals.
    """
    sentence = _COUNTED.sub(partial(_plural, values), sentence)

    def word(found: re.Match[str]) -> str:
        lead, name = found.groups(default="")
        value = values.get(name)
        if value is None:
            return lead + MISSING
        if lead and isinstance(value, int | float):
            value = about(value)
        return lead + _said(name, value, language)

    return _PLACEHOLDER.sub(word, unbroken(sentence, language))


def _plural(values: Mapping[str, Any], found: re.Match[str]) -> str:
    """The words after a count; of one they stay as they are, for what comes after
    them is written for several."""
    count = values.get(found.group(1))
    several = isinstance(count, int | float) and count >= SEVERAL
    return found.group().replace("(s)", "s") if several else found.group()


def placeholders(sentence: str) -> set[str]:
    """Names of the values a sentence takes."""
    return {name for _about, name in _PLACEHOLDER.findall(sentence)}


def _where(where: Where, language: str) -> str:
    words = _words(language)
    parts = [where.file] if where.file else []
    for name, value in _filled(where).items():
        if name != "file":
            parts.append(words[name].format(value))
    return ", ".join(parts)


def _filled(where: Where) -> dict[str, Any]:
    return {k: v for k, v in vars(where).items() if v not in ("", None)}


def _fields(finding: Finding) -> dict[str, Any]:
    """A finding's own fields that say something."""
    skipped = ("rule", "severity", "params", "context")
    fields = {k: v for k, v in vars(finding).items() if k not in skipped}
    return {k: v for k, v in fields.items() if v not in ("", None)}


def _said(name: str, value: Any, language: str) -> str:
    """One value as the language writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float):
        if _MONTHS.search(name) and value >= _FIRST_MONTH_CODE:
            return _period_said(int(value), language)
        if name == "chance":
            return chance_said(value, language)
        if _NUMBERS_AS_WRITTEN.search(name):
            return f"{value:g}" if isinstance(value, float) else str(value)
        return _number_said(value, language)
    if isinstance(value, datetime.date):
        return format_date(value, format="long", locale=language)
    if isinstance(value, Mapping):
        pairs = (f"{k} {_said(name, v, language)}" for k, v in value.items())
        return _listed(pairs)
    if isinstance(value, Iterable):
        return _listed(_said(name, item, language) for item in value)
    return str(value)


@lru_cache(maxsize=KEPT)
def _number_said(value: float, language: str) -> str:
    """A number with up to two decimals; what rounds to nought has no sign, and what is
    no count of anything is told by its size."""
    if not abs(value) < HUGE:
        return number(value, 0, language)
    shown = value if round(value, 2) else 0
    return str(format_decimal(shown, format="#,##0.##", locale=language))


def chance_said(chance: float, language: str) -> str:
    """Chances of 100, whole; never so many that it would be certain."""
    if chance > NEARLY_SURE:
        return _words(language)["more_than"].format(NEARLY_SURE)
    return str(round(chance))


@lru_cache(maxsize=KEPT)
def _period_said(code: int, language: str) -> str:
    """A month or quarter in words, another period as DHIS2 writes it."""
    pattern = {periods.MONTH: "MMMM y", periods.QUARTER: "QQQQ y"}.get(
        periods.kind(code)
    )
    if pattern is None:
        return periods.text(code)
    first = datetime.date(*divmod(periods.span(code).first, 100), 1)
    return format_date(first, pattern, locale=language)


def _listed(items: Iterable[str]) -> str:
    listed = list(items)
    more = [MISSING] if len(listed) > EXAMPLES else []
    return ", ".join([*listed[:EXAMPLES], *more])


def _in(entry: Any, language: str) -> str:
    return str(getattr(entry, language, "") or entry.en)


@cache
def _words(language: str) -> dict[str, str]:
    known = _WHERE.get(language, _WHERE["en"])
    return {name: unbroken(text, language) for name, text in known.items()}

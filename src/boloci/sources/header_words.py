"""Words that headers of health spreadsheets use, in French, English and Portuguese.

DHIS2's own come first: those of its pivot tables and of the Data Visualizer's plain
data (`organisationunitname`, `Unité d'organisation`, `periodid`).
"""

import re

from boloci.sources.words import fold

PLACE, PERIOD, YEAR, MONTH = "place", "period", "year", "month"
ELEMENT, VALUE, ASIDE, BOTH = "element", "value", "aside", "element period"
SPLIT = "split"
"""What an element is split by: sex, age, strategy."""
PLACE_ID, PERIOD_ID, ELEMENT_ID = "place id", "period id", "element id"
PLACE_LEVEL = "place level"
"""A column for each level of the hierarchy, the unit itself in the last filled one."""

_WORDS = {
    PLACE: """organisation unit|organisationunit|organisationunitname
        organisation unit name|organization unit|org unit|orgunit|organisation units
        unite d'organisation|unites d'organisation|unite organisationnelle
        unidade organizacional|region|regions|province|district|districts
        district sanitaire|districts sanitaires|cercle|commune|aire de sante
        aires de sante|health area|health facility|facility|formation sanitaire
        structure|structure sanitaire|etablissement|centre de sante|csref|cscom|county
        sub county|subcounty|ward|zone de sante|chiefdom|country|pays|village|location
        lieu|place|place_id|unite|unites|unit|units|unidade|provincia|distrito
        municipio|unidade sanitaria""",
    PLACE_ID: "organisationunitid|organisation unit id|orgunitid|ou|ou_id|uid",
    PERIOD: "period|periode|periodname|period name|periodo|periods|periodes|date",
    PERIOD_ID: "periodid|period id|pe",
    YEAR: "year|annee|ano",
    MONTH: "month|mois|mes",
    ELEMENT: """data|donnees|donnee|dados|dataname|data name|data element|data elements
        element de donnees|elements de donnees|elemento de dados|element|elements
        elemento|elementos|indicator|indicators
        indicateur|indicateurs|indicador|variable|antigen|antigene|vaccine|vaccin""",
    ELEMENT_ID: "dataid|data id|dx",
    SPLIT: """sex|sexe|sexo|gender|genre|age|ages|idade|tranche|tranche d'age
        groupe d'age|age group|faixa etaria|strategie|strategy|estrategia
        category option combo|categoryoptioncombo|combinaison d'options""",
    VALUE: "value|valeur|valor|values|valeurs",
    ASIDE: """n°|no|nº|#|num|numero|num_order|organisationunitcode|datacode
        organisationunitdescription|organisation unit code|periodcode|datadescription
        organisation unit description|perioddescription|data code|data description
        period code|numerator|denominator|factor|multiplier|divisor|numerateur
        denominateur|facteur|multiplicateur|diviseur|code""",
}
_ROLES = {
    " ".join(word.split()): role
    for role, words in _WORDS.items()
    for word in re.split(r"\||\n", words)
}
_LEVEL = re.compile(
    r"(?:org ?unit|organisation ?unit|niveau|level|nivel)[ _]*(?:level)?[ _]*\d"
)
_TOTAL = re.compile(
    r"(?:(?:grand|sous|sub)[ -]?)?tota(?:l|ux|is)\b.*|.*\b(?:grand|sub|sous)[ -]total"
    r"|ensemble|somme|soma|sum|average|moyenne|media"
)


def role_of(text: str) -> str | None:
    """What a column with this header holds; None where the word is not known."""
    word = fold(text).replace("’", "'").strip(" .:*")
    return _ROLES.get(word) or (PLACE_LEVEL if _LEVEL.match(word) else None)


def is_total(text: str) -> bool:
    """True for the words of total rows and columns."""
    return bool(_TOTAL.fullmatch(fold(text)))

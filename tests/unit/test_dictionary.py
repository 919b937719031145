"""What names of data elements and options mean: the tables are the specification."""

import json

import pytest

from boloci.catalogue import Part, load
from boloci.catalogue.meanings import NOT_USED, Meaning

DOSES = """
BCG doses given | BCG
OPV0 doses given | OPV0
OPV zero dose given | OPV0
OPV1 doses given | OPV1
OPV2 doses given | OPV2
OPV3 doses given | OPV3
Penta1 doses given | DTP1
Penta2 doses given | DTP2
Penta3 doses given | DTP3
Penta III | DTP3
PENTA 1 | DTP1
DTPI | DTP1
DTC1 | DTP1
DTCoq-HepB-Hib 1 | DTP1
EPI - DPT-HepB-HIB 3 doses administered | DTP3
Première dose de Penta | DTP1
PCV1 doses given | PCV1
PCV 3 doses given | PCV3
Pneumo 13 dose 2 | PCV2
RV 2 | ROTA2
Rotavirus 1 doses given | ROTA1
IPV doses administered | IPV1
VPI2 administré | IPV2
MR 1 doses administered | MCV1
Measles doses given | MCV1
measles1 | MCV1
Measles2 | MCV2
RR 2 | MCV2
VAR doses administrées | MCV1
Yellow Fever doses given | YF
Fièvre jaune administrée | YF
Vaccin anti-amaril | YF
MenA doses given | MENA
TT1 doses given | TD1
TT2 doses given to pregnant women | TD2
VAT2+ femmes enceintes | TD2PLUS
Td2+ | TD2PLUS
R21 1 doses given | R21_1
HepB birth dose | HEPB0
Enfants ayant reçu le BCG | BCG
Total number of Pentavalent vaccination 3rd dose (infants) | DTP3
Total number of Measles vaccination 2nd dose | MCV2
Total number of children who received  inactivated poliovirus 1 vaccine | IPV1
"""

PARTS = """
Total number of BCG doses administered <1 year | BCG | | 0_11m |
VAR doses administrées <1 an | MCV1 | | 0_11m |
RR2 (15-23 mois) | MCV2 | | 12_23m |
Measles-Rubella 2nd dose 12-23 months | MCV2 | | 12_23m |
Nombre d'enfants de 0 à 11 mois vaccinés en Penta 1 | DTP1 | | 0_11m |
Enfants 0-11 mois vaccinés BCG stratégie fixe | BCG | | 0_11m | fixed
PENTA 3 administré - garçons | DTP3 | male | |
SIA - DPT-HepB-HIB 1 doses administered | DTP1 | | | campaign
Penta 1 rattrapage 12-23 mois | DTP1 | | 12_23m | campaign
HPV 1st dose to girls 10 years | HPV1 | | other |
Vitamin A given to < 5y | VITA | | |
"""

SERVICES = """
ANC 1st visit | ANC1
CPN1 | ANC1
ANC 4th or more visits | ANC4
Fully Immunized child | FIC
Enfants complètement vaccinés | FIC
Live births | LIVE_BIRTHS
Instlivebirths | LIVE_BIRTHS
Still births | STILLBIRTHS
Births attended by skilled health personnel | SBA
Institutional deliveries | DELIVERIES
Total number of Measles cases reported | MEASLES_CASES
"""

NOT_DOSES = """
LLITN given at Penta3
MILDA données à Penta 3
IPT 1st dose given at PHU
IPT 2nd dose given by TBA
Iron Folate given at ANC 3rd
Albendazole given at ANC (2nd trimester)
Penta drop-out
Taux d'abandon Penta 1 - Penta 3
Penta 3 coverage <1
Couverture Penta 3
Measles follow-up
Measles referrals
Measles (Deaths < 5 yrs)
Measles, Inpatient Cases
Tetanus Neonatal (Deaths < 5 yrs)
Acute Flaccid Paralysis (Deaths < 5 yrs)
Q_Slept under LLIN last night Measles
Zero-dose children
Children not vaccinated with Penta1
SIA - AEFI suspected - serious
Penta doses used
EPI - BCG HF Stock-Out
Penta booster doses given
Total population < 5 years
"""

DOUBTS = """
Measles
Measles new
Measles vaccine
Yellow fever new
Tetanus new
Meningitis new
IDSR Measles
Penta doses administered
Td doses administered
OPV doses given
OPV4 doses given
MR <2
Penta1 planned
Penta 1 target
Exclusive breastfeeding at Penta 3
Exclusive breastfeeding at time of 3rd dose of Penta
Weight for height 80 and above
Zinc given at Penta3
Measles doses given < 2y
Penta1 and Penta3 doses given
Deliveries total
Séances de sensibilisation réalisées
Total
"""

OTHERS = """
EPI - BCG broken | stock | BCG | lost
EPI - BCG VVM | stock | BCG | lost
PEV - Rota PCV | stock | ROTA | lost
EPI - BCG expired | stock | BCG | lost
EPI - BCG stockout days | stock | BCG | stockout_days
PEV - Jours de rupture de stock du BCG | stock | BCG | stockout_days
BCG reçus | stock | BCG | received
Stock initial de Penta | stock | PENTA | opening
EPI - DPT-HepB-HIB stock on hand | stock | PENTA | closing
EPI - ADS 0.05 ml issued | stock | SYRINGE_005 | issued
EPI - Outreach immunization sessions planned | sessions | | planned
Séances avancées réalisées | sessions | | held
Nourrissons survivants | targets | surviving_infants |
surviving_infants | targets | surviving_infants |
GEN - Population live births | targets | live_births |
Population cible 0-11 mois | targets | under_1 |
Total Population | targets | total |
Expected pregnancies | targets | pregnant_women |
"""

OPTIONS = """
Fixed, <1y | | 0_11m | fixed
Fixed, >1y | | 12m_plus | fixed
Outreach, <1y | | 0_11m | outreach
Outreach, >1y | | 12m_plus | outreach
Fixe, < 1 an | | 0_11m | fixed
Stratégie avancée | | | outreach
Avancée, 1 an et plus | | 12m_plus | outreach
Mobile | | | mobile
<1 year | | 0_11m |
Moins d'un an | | 0_11m |
0-12 mois | | 0_11m |
1+ year | | 12m_plus |
>= 12 months | | 12m_plus |
12 -23 months | | 12_23m |
12-23 mois | | 12_23m |
24 - 59 months | | 24_59m |
Male, 0-11m | male | 0_11m |
0-11 mois, Masculin | male | 0_11m |
Female, 12-23 months | female | 12_23m |
F, 0-11m | female | 0_11m |
Garçon | male | |
Fille | female | |
default | | |
Pregnant | | other |
15 - 29 years | | other |
Autre | | other |
"""


def table(text: str) -> list[list[str]]:
    rows = [line for line in text.strip().splitlines() if line.strip()]
    return [[cell.strip() for cell in row.split("|")] for row in rows]


@pytest.fixture(scope="module")
def dictionary():
    return load().dictionary


@pytest.mark.parametrize(("name", "code"), table(DOSES))
def test_a_dose_is_read_from_its_name(dictionary, name, code):
    found = dictionary.element(name)
    assert found is not None
    assert (found.table, found.code) == ("values", code)


@pytest.mark.parametrize(("name", "code", "sex", "age", "strategy"), table(PARTS))
def test_a_name_may_fix_sex_age_and_strategy(
    dictionary, name, code, sex, age, strategy
):
    found = dictionary.element(name)
    assert found == Meaning("values", code, "", sex, age, strategy, "name")


@pytest.mark.parametrize(("name", "code"), table(SERVICES))
def test_services_and_cases_have_codes_of_their_own(dictionary, name, code):
    assert dictionary.element(name).code == code


@pytest.mark.parametrize("name", [row[0] for row in table(NOT_DOSES)])
def test_what_is_no_dose_is_known_and_not_used(dictionary, name):
    assert dictionary.element(name) == NOT_USED


@pytest.mark.parametrize("name", [row[0] for row in table(DOUBTS)])
def test_a_doubt_is_none_with_three_candidates(dictionary, name):
    assert dictionary.element(name) is None
    assert len(dictionary.closest(name)) == 3


@pytest.mark.parametrize(("name", "table_name", "code", "role"), table(OTHERS))
def test_stock_sessions_and_targets_go_to_their_tables(
    dictionary, name, table_name, code, role
):
    found = dictionary.element(name)
    assert (found.table, found.code, found.role) == (table_name, code, role)


@pytest.mark.parametrize(("name", "sex", "age", "strategy"), table(OPTIONS))
def test_an_option_is_a_part_of_a_total(dictionary, name, sex, age, strategy):
    assert dictionary.option(name) == Part(sex, age, strategy)


@pytest.mark.parametrize(
    "name", ["damages", "VVM change", "expired", "opened", "Périmé"]
)
def test_an_option_that_is_no_dose_says_so(dictionary, name):
    assert dictionary.option(name) == Part(dose=False)


@pytest.mark.parametrize("name", ["0-4y", "<5y", "Inside facility", "At PHU", "<2y"])
def test_an_option_over_several_ages_or_unknown_is_a_doubt(dictionary, name):
    assert dictionary.option(name) is None


def test_the_closest_elements_begin_with_the_one_that_was_meant(dictionary):
    assert dictionary.closest("Penta 1 doses given in school")[0] == "DTP1"
    assert dictionary.closest("DPT-HepB-Hib, third")[0].startswith("DTP")


def test_texts_that_contradict_each_other_are_a_doubt(dictionary):
    assert dictionary.element("MR1", "Measles 2 doses given") is None


def test_a_number_in_one_text_settles_its_absence_in_another(dictionary):
    assert dictionary.element("Measles 2 doses given", "Measles doses").code == "MCV2"


def test_a_short_name_does_not_make_a_dose_of_a_net(dictionary):
    assert dictionary.element("LLITN given at Penta3", "Penta3") == NOT_USED


def test_what_was_given_is_counted_not_the_visit(dictionary):
    assert dictionary.element("Vitamin A given at MR1").code == "VITA"


def test_an_identifier_of_dhis2_is_never_read_as_a_name(dictionary):
    assert dictionary.element("aBcg1DTP3xY") is None


def test_products_are_found_by_any_of_their_names(dictionary):
    found = [dictionary.product(name) for name in ("penta", "VPO", "mcv", "nets")]
    assert found == ["PENTA", "OPV", "MR", None]


WHO_DOSES = {
    "EPI_BCG_ADMINISTERED": "BCG",
    "EPI_OPV_0_ADMINISTERED": "OPV0",
    "EPI_OPV1_ADMINISTERED": "OPV1",
    "EPI_OPV2_ADMINISTERED": "OPV2",
    "EPI_OPV3_ADMINISTERED": "OPV3",
    "EPI_DPT-HEPB-HIB1_ADMINISTERED": "DTP1",
    "EPI_DPT-HEPB-HIB2_ADMINISTERED": "DTP2",
    "EPI_DPT-HEPB-HIB3_ADMINISTERED": "DTP3",
    "SIA_DPT-HEPB-HIB1_ADMINISTERED": "DTP1",
    "EPI_PCV1_ADMINISTERED": "PCV1",
    "EPI_PCV2_ADMINISTERED": "PCV2",
    "EPI_PCV3_ADMINISTERED": "PCV3",
    "EPI_RV1_ADMINISTERED": "ROTA1",
    "EPI_RV2_ADMINISTERED": "ROTA2",
    "EPI_IPV_ADMINISTERED": "IPV1",
    "EPI_MR1_ADMINISTERED": "MCV1",
    "EPI_MR2_ADMINISTERED": "MCV2",
    "EPI_MenA_ADMINISTERED": "MENA",
    "EPI_YF_ADMINISTERED": "YF",
    "EPI_TT1_ADMINISTERED": "TD1",
    "EPI_TT2_ADMINISTERED": "TD2",
    "EPI_TT3_ADMINISTERED": "TD3",
    "EPI_TT_4_ADMINISTERED": "TD4",
    "EPI_TT5_ADMINISTERED": "TD5",
}


@pytest.fixture
def who(shared):
    path = shared("data/dhis2_metadata/IMM_AGG_COMPLETE_metadata.json")
    return json.loads(path.read_text(encoding="utf-8"))


def french(item) -> str | None:
    names = (t for t in item.get("translations", ()) if t["property"] == "NAME")
    return next((t["value"] for t in names if t["locale"] == "fr"), None)


def test_the_doses_of_the_who_package_are_found_and_nothing_else(dictionary, who):
    found = {}
    for element in who["dataElements"]:
        texts = (element["id"], element.get("code"), element["name"])
        meaning = dictionary.element(*texts, french(element), element["shortName"])
        assert meaning is not None, element["name"]
        if meaning.table == "values":
            found[element["code"]] = meaning.code
    assert found == WHO_DOSES


def test_the_french_names_of_the_who_package_hold_no_dose(dictionary, who):
    names = [name for name in map(french, who["dataElements"]) if name]
    tables = {meaning.table for name in names if (meaning := dictionary.element(name))}
    assert len(names) > 100
    assert tables == {"stock", "sessions", "targets", "none"}


def test_every_option_of_the_who_package_is_understood(dictionary, who):
    for option in who["categoryOptionCombos"]:
        texts = (option["id"], option.get("code"), option["name"], french(option))
        assert dictionary.option(*texts) is not None, option["name"]

"""A negative number of doses is kept as it came, and can be corrected."""

from boloci.corrections import add_correction
from tests.spec.small_country import country


def test_what_a_unit_reported_below_zero_can_be_corrected(tmp_path):
    told = country(
        tmp_path / "w",
        places="place_id name level parent_id\nN Nation country .\nA Aire area N",
        values="element place_id period value\nDTP1 A 202401 -5",
    )
    row, _ = add_correction(
        told.workspace,
        place="Aire",
        element="DTP1",
        period="202401",
        value=30,
        reason="register counted again",
        by="Awa",
    )
    assert row["expect"] == -5
    told.build()
    assert told.value("dtp1_doses", "A", "202401") == 30

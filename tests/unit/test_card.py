"""The card for messaging, and PNG files that are small enough to send."""

import struct
import zlib

import numpy as np

from boloci.charts import Column, Table
from boloci.charts.card import LARGEST, WIDTH, Figure, card_png, card_svg
from boloci.charts.drawing import png_of
from boloci.charts.png import smaller
from boloci.charts.trends import trend

LONG = "Niono Central, aire de santé de N'Débougou <b>&"


def words(places: int = 3) -> dict:
    rows = [
        {
            "period": f"{year}Q{quarter}",
            "place": f"{LONG} {place}",
            "value": 60.0 + (17 * year + 31 * quarter + 13 * place) % 96,
            "lower": 50.0 + (17 * year + 31 * quarter + 13 * place) % 96,
            "upper": 70.0 + (17 * year + 31 * quarter + 13 * place) % 96,
        }
        for place in range(places)
        for year in range(2019, 2025)
        for quarter in range(1, 5)
    ]
    columns = [Column("value", "Couverture", "percent")]
    table = Table("trend", "Penta1 par trimestre", columns, rows)
    return {
        "title": "Vaccination Penta1 : couverture et abandon",
        "place": LONG,
        "period": "1er trimestre 2024",
        "figures": [
            Figure("155,3 %", "Couverture Penta1", "plus de doses que d'enfants"),
            Figure("1 234 567", "Doses de Penta1"),
            Figure("8,4 %", "Abandon entre Penta1 et Penta3"),
        ],
        "chart": trend(table=table, description="Trois lignes.", reference=100),
        "source": "Source : DHIS2, données reçues le 22 novembre 2026.",
        "language": "fr",
        "synthetic": "Données synthétiques : un pays inventé.",
    }


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_card_is_small_enough_to_send_and_as_wide_as_a_telephone_shows() -> None:
    png = card_png(**words())
    assert len(png) <= LARGEST
    assert size(png)[0] == WIDTH


def test_the_fullest_card_is_small_enough_too() -> None:
    assert len(card_png(**words(places=7))) <= LARGEST


def test_a_card_says_who_when_what_from_where_and_that_data_are_invented() -> None:
    told = words()
    card = card_svg(**told)
    for text in ("155,3 %", "1er trimestre 2024", "Source : DHIS2", "synthétiques"):
        assert text in card
    assert "&lt;b&gt;" in card
    assert "<b>" not in card


def test_a_card_without_figures_or_warning_is_drawn() -> None:
    assert size(png_of(card_svg(**{**words(1), "figures": [], "synthetic": ""})))


def decoded(png: bytes) -> np.ndarray:
    """Colours of a PNG of a palette, as `smaller` writes it."""
    at, chunks = 8, {}
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        chunks[name] = png[at + 8 : at + 8 + length]
        at += length + 12
    width, height = size(png)
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8)
    places = lines.reshape(height, width + 1)[:, 1:]
    return np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)[places]


def test_a_smaller_png_is_the_same_picture() -> None:
    import vl_convert

    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40">'
        '<rect width="60" height="40" fill="white"/>'
        '<rect x="10" y="10" width="20" height="20" fill="#0072b2"/></svg>'
    )
    large = vl_convert.svg_to_png(svg, scale=1)
    small = smaller(large)
    assert len(small) < len(large)
    colours = decoded(small)
    assert colours.shape == (40, 60, 3)
    assert colours[20, 20].tolist() == [0x00, 0x72, 0xB2]
    assert colours[5, 50].tolist() == [255, 255, 255]


def test_what_is_transparent_becomes_white() -> None:
    import vl_convert

    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
    assert decoded(smaller(vl_convert.svg_to_png(svg))).min() == 255

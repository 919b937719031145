"""Addresses that pages link to: a place, and what a number is made of."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode


def place(place_id: str) -> str:
    """The page of a place."""
    return f"/place/{quote(place_id, safe='')}"


def group(code: str) -> str:
    """The page of a group: its members and their dates."""
    return f"/sites/{quote(code, safe='')}"


def explain(fact: Mapping[str, Any]) -> str:
    """The page that takes a fact apart, from a row of `tables.FACTS`."""
    asked = {
        "indicator": fact["indicator"],
        "place": fact["place_id"],
        "period": fact["period"],
        "sex": fact.get("sex") or "",
        "method": fact.get("method") or "",
        "denominator": fact.get("denominator_source") or "",
    }
    return "/explain?" + urlencode({k: v for k, v in asked.items() if v})


def indicator(name: str, **chosen: str) -> str:
    """The page of an indicator, with some choices made."""
    told = {key: value for key, value in chosen.items() if value}
    return f"/indicator/{name}" + (f"?{urlencode(told)}" if told else "")


def compare(**chosen: Sequence[str] | str) -> str:
    """The page that compares; several of a kind are joined by commas."""
    told = {
        key: one if isinstance(one, str) else ",".join(one)
        for key, one in chosen.items()
        if one
    }
    return "/compare" + (f"?{urlencode(told)}" if told else "")


def zero_dose(place_id: str, period: str, level: str = "") -> str:
    """The page of zero-dose children inside a place, compared at a level."""
    told = {"inside": place_id, "period": period, "level": level}
    return "/zero-dose?" + urlencode({k: v for k, v in told.items() if v})


def plan(place_id: str, period: str) -> str:
    """The plan of visits to the health areas of a place."""
    return "/micro-plan?" + urlencode({"inside": place_id, "period": period})

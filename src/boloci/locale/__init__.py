"""Translations of what boloci says; `python -m boloci.locale` renews them."""

from pathlib import Path

DOMAIN = "boloci"
FOLDER = Path(__file__).resolve().parent

"""Translations of the command line; `python -m boloci.locale` renews them."""

"""Corrections of single values: proposed by people, decided by others."""

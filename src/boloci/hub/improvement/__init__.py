"""Improvement projects: an aim, its measures, teams, tests of change, coaching."""

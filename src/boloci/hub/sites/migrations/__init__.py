"""Migrations of the room of sites and groups."""

"""Migrations of the room of imports."""

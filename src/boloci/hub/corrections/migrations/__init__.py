"""Migrations of the room of corrections."""

"""Migrations of the room of the inbox."""

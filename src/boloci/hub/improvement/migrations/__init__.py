"""Migrations of the room of improvement projects."""

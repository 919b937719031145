"""Imports: files from people's machines into the lake, and publishing."""

"""Migrations of the room of the typing grid."""

"""Comments and actions on figures, and what is new for a person."""

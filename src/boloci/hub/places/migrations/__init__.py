"""Steps of the records of this room."""

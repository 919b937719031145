"""A synthetic country with known truth, written as a country would export it."""

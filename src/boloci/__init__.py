"""boloci: immunisation equity from the data a country already has."""

"""The pages that show published figures."""

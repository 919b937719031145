"""People: users, their roles and places, sign-in, tokens, and what was written when."""

"""Sites and groups: which places belong together, from when to when."""

"""Places as published, mirrored so that records can belong to them."""

"""What stands at the doors: locks, contracts, generated pages. Not installed."""

"""The estimate: what a published build knows, region by region, for the joint model."""

"""Who is missed, and how sure are we: the joint model of doses, births and anchors."""

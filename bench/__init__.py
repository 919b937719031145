"""How fast and how small boloci is, against a peer measured in the same run.

Every side runs as a process of its own, so that its CPU seconds and its peak memory
are its own; what is compared is a ratio, because a figure in seconds belongs to one
machine on one day.
"""

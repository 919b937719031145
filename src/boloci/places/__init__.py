"""Places: the health tree with its moves and closures, and dated groups of places."""

from boloci.places.tree import GROUP, Place, Tree, grow

__all__ = ["GROUP", "Place", "Tree", "grow"]

"""Places: the health tree with its moves and closures, and dated groups of places."""

from boloci.places.closed import reported_while_closed
from boloci.places.together import together
from boloci.places.tree import GROUP, Place, Tree, grow

__all__ = ["GROUP", "Place", "Tree", "grow", "reported_while_closed", "together"]

"""What trends of several places say, in sentences: plain data in, sentences out.

`levels` tells a country and its programmes, `sites` a few places beside each other.
Both give `Said`: a code of `catalogue/narrative.yaml` with its values, held by the data
alone; `told` writes them in a language. Pages and reports call the same.
"""

from boloci.narrative.levels import levels
from boloci.narrative.said import Figure, Limits, Line, Said
from boloci.narrative.sites import sites
from boloci.narrative.words import told

__all__ = ["Figure", "Limits", "Line", "Said", "levels", "sites", "told"]

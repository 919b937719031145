"""The catalogue: reviewed definitions that code, pages, documents and tests share.

`load(workspace)` gives a `Catalogue`: elements and the dictionary of their names,
indicators, profiles, findings and problems in words, the country and its schedule.
"""

from boloci.catalogue.contents import Catalogue
from boloci.catalogue.dictionary import Dictionary
from boloci.catalogue.loader import load
from boloci.catalogue.meanings import Meaning, Part

__all__ = ["Catalogue", "Dictionary", "Meaning", "Part", "load"]

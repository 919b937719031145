"""Charts: a table and a specification in, a picture out.

Pictures are drawn on the server by vl-convert, so that they are the same on a page
without JavaScript, on paper, in a report and from a USB stick. `tables` and `drawing`
know nothing of what is drawn; every other module makes one kind of chart.
"""

from boloci.charts.drawing import as_file, as_svg
from boloci.charts.tables import Chart, Column, Table

__all__ = ["Chart", "Column", "Table", "as_file", "as_svg"]

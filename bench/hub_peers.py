"""The hub's peers: the overview's trend in Dash and in Streamlit, and no more.

usage: python bench/hub_peers.py dash FACTS.csv PORT
       streamlit run bench/hub_peers.py --server.port PORT -- streamlit FACTS.csv

What a programmer writes after their first pages, from the file that the hub's own page
gives of the same chart: a heading with the latest figure, a line for each place. They
run in an environment of their own, without boloci. Do not slow them down: Dash packs
what it sends only where asked, so it is asked.
"""

import sys

import pandas as pd

TITLE = "DTP1 : couverture par trimestre"


def read(file: str) -> tuple[pd.DataFrame, str]:
    """The facts, and the latest figure of the first place."""
    facts = pd.read_csv(file)
    first = facts[facts["place"] == facts["place"].iloc[0]]
    return facts, f"{first['value'].iloc[-1]:.0f} %"


def dash(file: str, port: str) -> None:
    """A page of Dash, served as its first page says, with packing."""
    import plotly.express as px
    from dash import Dash, dcc, html

    facts, latest = read(file)
    app = Dash(compress=True)
    app.layout = [
        html.H1(TITLE),
        html.P(latest, id="latest"),
        dcc.Graph(figure=px.line(facts, x="period", y="value", color="place")),
    ]
    app.run(host="127.0.0.1", port=port)


def streamlit(file: str) -> None:
    """A page of Streamlit."""
    import streamlit as st

    facts, latest = read(file)
    st.title(TITLE)
    st.write(latest)
    st.line_chart(facts, x="period", y="value", color="place")


if __name__ == "__main__":
    {"dash": dash, "streamlit": streamlit}[sys.argv[1]](*sys.argv[2:])

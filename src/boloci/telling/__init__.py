"""Sentences that the command line and the hub both say, each written once.

Every function takes the `Tongue` of who speaks: messages, numbers and periods as that
side writes them. Nothing here knows a terminal or a page.
"""

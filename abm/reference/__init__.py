"""The reference tables of the documentation, generated from the code that they describe.

``python -m abm.reference`` writes every block between the markers of ``docs/*.md`` anew, and
``python -m abm.reference --check`` fails if one of them is stale.
"""

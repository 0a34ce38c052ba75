"""Plots and maps: what `main` can return for a card to show, and how it is drawn."""

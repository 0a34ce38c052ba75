"""Plots and maps: what `main` can return for a card to show, and how it is drawn.

- `data`: `Plot`, what a program gives. `map`: `Map`, drawn in the same file.
- `layout`: where the panels of a plot are: `scale` has the axes, `ground` what lies
  under the lines, `names` the places of their names.
- `svg`: the drawing. `words`: the same in numbers, as a table.
- `picture`: which of these a program returned.
"""

"""A run as a picture: as a space-time diagram and as a sequence diagram.

- `spacetime`: the diagram as SVG. Read `layout` first, where each shape is: `timeline`
  gives times their heights, `arrows` the messages their ways. Then `words`, which finds
  a place for every text, on the sheet that `labels` keeps.
- `sequence`: the same run as text for Mermaid.
- `svg`, `signs`: paths and numbers as text; what cannot be seen, made visible.
"""

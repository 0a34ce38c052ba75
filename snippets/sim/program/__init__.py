"""A program as pages, recorder and command line see it.

- `find`: where programs are, and how to load one.
- `knobs`: what the parameters of `main` say, read here and nowhere else.
- `show`: run a program, and say what there is to see, as plain data.
- `watch`: what the variables of its nodes are after each event.
- `exercise`: judge what a reader made of it.
"""

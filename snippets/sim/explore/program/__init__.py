"""A program as a graph of states: see the guide in `sim.explore`."""

"""What the simulator refuses to do, by name."""


class Unexplorable(Exception):
    """This program cannot be explored; the message says which variable is why."""

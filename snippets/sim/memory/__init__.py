"""What a program holds in memory: its suspended frames, and values that compare.

A room of its own below the simulator: it knows Python and nothing of nodes.

- `fingerprint`: a value or a suspended coroutine as something with == and hash.
- `liveness`: which variables a function may still read from a place in its code.
- `unwinding`: whether throwing a suspended program away would run its `finally`.
"""

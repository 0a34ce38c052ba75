"""A fast clock logs the question last; hybrid clocks put it first."""

from typing import Annotated

from sim import Node, Range, World

Stamp = tuple[int, int]  # ms and a count; compared in this order
Line = tuple[int, Stamp, str]


class Log:
    def __init__(self, me: Node, lines: list[Line]) -> None:
        self.me, self.lines = me, lines
        self.last: Stamp = (0, 0)

    def write(self, text: str, heard: Stamp = (0, 0)) -> Stamp:
        """Stamp an event; a receipt hears the stamp of its message."""
        wall = int(self.me.wall())
        latest, count = max(self.last, heard)
        self.last = (wall, 0) if wall > latest else (latest, count + 1)
        self.lines.append((wall, self.last, f"{self.me.name} {text}"))
        return self.last


async def web(me: Node, lines: list[Line]) -> None:
    log = Log(me, lines)
    await me.sleep(100)
    me.send("api", ("price?", log.write("asks")))
    log.write("shows 42", (await me.receive()).body[1])


async def api(me: Node, lines: list[Line]) -> None:
    log = Log(me, lines)
    log.write("is asked", (await me.receive()).body[1])
    me.send("db", ("price?", log.write("asks")))
    log.write("knows", (await me.receive()).body[1])
    me.send("web", ("42", log.write("answers")))


async def db(me: Node, lines: list[Line]) -> None:
    log = Log(me, lines)
    log.write("is asked", (await me.receive()).body[1])
    me.send("api", ("42", log.write("answers")))


def main(ahead: Annotated[int, Range(0, 500, 10, "ms")] = 40) -> World:
    world = World()
    lines: list[Line] = []
    for program in (web, api, db):
        world.add(program, lines)
    world.clock("web", offset=ahead)
    world.run()
    print("by wall clock      by hybrid clock")
    by_hybrid = sorted(lines, key=lambda line: line[1])
    for left, right in zip(sorted(lines), by_hybrid, strict=True):
        print(f"{left[0]:4} {left[2]:13} {right[1]} {right[2]}")
    most = max(stamp[0] - wall for wall, stamp, _ in lines)
    print(f"Stamps are up to {most} ms ahead of their nodes.")
    return world

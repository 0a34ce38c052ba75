"""Two servers' logs, merged by time, put a comment before its post.

The clock of the comment server is `behind`; nothing else is wrong.
"""

from typing import Annotated

from sim import Node, Range, World


async def ann(me: Node) -> None:
    await me.sleep(100)
    await me.call("posts", "post")
    await me.sleep(10)  # she reads it again
    await me.call("comments", "comment")


async def server(me: Node) -> None:
    while True:
        request = await me.receive()
        clock = me.wall()
        me.disk[clock] = f"{me.name} logs the {request.body}"
        await me.sleep(10)
        me.reply(request, f"logged at {clock:g} ms")


def main(
    behind: Annotated[float, Range(0, 100, 5, "ms")] = 60,
) -> World:
    world = World()
    world.network(delay=10)
    posts = world.add(server, name="posts")
    world.add(ann)
    comments = world.add(server, name="comments")
    world.clock("comments", offset=-behind)
    world.run()

    lines = [*posts.disk.items(), *comments.disk.items()]
    for clock, line in sorted(lines):
        print(f"{clock:5.1f} ms  {line}")
    trace = world.trace
    post, comment = trace.event("posts1"), trace.event("comments1")
    if trace.before(post, comment):
        print("by the messages, the post happened before the comment")
    return world

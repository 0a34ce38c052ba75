"""The charge and its key are one row: one click, one charge."""

from sim import Node, World
from sim.explore import State, explore


async def browser(me: Node, new_key_each_try: bool) -> str:
    key = "k7"  # made once for this click, before the first try
    for attempt in range(2):
        if new_key_each_try:
            key = f"k{7 + attempt}"
        try:
            request = "charge", 20, key
            return (await me.call("shop", request, timeout=60)).body
        except TimeoutError:
            continue
    return "gave up"


async def shop(me: Node) -> None:
    me.disk.setdefault("charges", [])
    while True:
        request = await me.receive()
        _, euros, key = request.body
        if key not in dict(me.disk["charges"]):
            await me.sleep(50)  # ms: is it in stock?
            # One transaction: a crash leaves all of the row, or none.
            me.disk["charges"] += [(key, euros)]
            me.note(f"charges {euros} for {key}")
            await me.sleep(5)  # ms: a crash can come here
        me.reply(request, "paid")


def never_charged_twice(state: State) -> bool:
    return len(state.disk("shop")["charges"]) < 2


def build(new_key_each_try: bool = False) -> World:
    world = World()
    world.network(delay=15)  # ms, each way
    world.add(browser, new_key_each_try)
    world.add(shop)
    return world


def main(new_key_each_try: bool = False) -> World:
    found = explore(
        lambda: build(new_key_each_try),
        always=never_charged_twice,
        sometimes={
            "the shop charges": lambda s: s.disk("shop")["charges"],
            "it says so": lambda s: s.result("browser") == "paid",
        },
        losses=1,
        crashes=1,
        restarts=1,
    )
    print(found)
    failed = found.failure
    return failed.world if failed else build(new_key_each_try).run()

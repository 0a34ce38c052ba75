"""After a crash the trip is booked on, from what the disk knows."""

from sim import Node, World
from sim.explore import State, explore

SERVICES = ("flight", "hotel", "car")


async def browser(me: Node) -> None:
    me.send("trip", "book")
    me.note(f"told: {(await me.receive()).body}")


# --8<-- [start:answer]
async def trip(me: Node) -> None:
    if "order" not in me.disk:
        me.disk["order"] = (await me.receive()).body
    for name in SERVICES:
        answer = await me.call(name, "book")  # perhaps once more
        if answer.body != "booked":
            break
    else:  # all three said yes
        me.send("browser", "booked")
        return
    for name in reversed(SERVICES):
        await me.call(name, "cancel")
    me.send("browser", "canceled")


# --8<-- [end:answer]


async def service(me: Node, free: bool) -> None:
    while True:
        request = await me.receive()
        if request.body == "cancel":
            me.disk["trip"] = "canceled"  # and it stays so
        elif "trip" not in me.disk:
            me.disk["trip"] = "booked" if free else "full"
        me.reply(request, me.disk["trip"])


def held(state: State) -> list[object]:
    return [state.disk(name).get("trip") for name in SERVICES]


def all_or_nothing(state: State) -> bool:
    return held(state).count("booked") in (0, 3)


def main(crash: bool = True, car_is_free: bool = True) -> World:
    def build() -> World:
        world = World()
        world.add(browser)
        world.add(trip)
        for name in SERVICES:
            world.add(service, name != "car" or car_is_free, name=name)
        if crash:
            world.crash("trip", at=45, restart=105)
        return world

    end = "booked" if car_is_free else "canceled"
    happens = {f"all three are {end}": lambda s: held(s) == [end] * 3}
    print(explore(build, sometimes=happens, at_rest=all_or_nothing))
    return build().run()

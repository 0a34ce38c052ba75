"""A log on disk: after a crash the trip is undone, all of it."""

from sim import Node, World
from sim.explore import State, explore

SERVICES = ("flight", "hotel", "car")


async def browser(me: Node) -> None:
    me.send("trip", "book")
    me.note(f"told: {(await me.receive()).body}")


async def trip(me: Node) -> None:
    log = me.disk
    if "begun" not in log:
        await me.receive()
        log["begun"] = []
        for name in SERVICES:
            log["begun"] = [*log["begun"], name]  # before it begins
            if (await me.call(name, "book")).body != "booked":
                break
        else:  # all three said yes
            log["booked"] = True
    if "booked" not in log:
        for name in reversed(log["begun"]):
            await me.call(name, "cancel")
    me.send("browser", "booked" if "booked" in log else "canceled")


async def service(me: Node, free: bool) -> None:
    while True:
        request = await me.receive()
        if request.body == "cancel":
            me.disk["trip"] = "canceled"  # and it stays so
        elif "trip" not in me.disk:
            me.disk["trip"] = "booked" if free else "full"
        me.reply(request, me.disk.get("trip"))


def held(state: State, what: str) -> int:
    return [state.disk(n).get("trip") for n in SERVICES].count(what)


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
    happens = {f"all three are {end}": lambda s: held(s, end) == 3}
    rest = {"all or nothing": lambda s: held(s, "booked") in (0, 3)}
    print(explore(build, sometimes=happens, at_rest=rest))
    return build().run()

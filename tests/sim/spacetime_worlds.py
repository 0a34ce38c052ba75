"""Programs with every fault, for the tests of the space-time diagrams."""

from collections.abc import Callable

from sim import Node, Uniform, World


async def listener(me: Node) -> None:
    while True:
        await me.receive()


def retry() -> World:
    """A request that times out, is sent again, and whose first answer is late."""

    async def browser(me: Node) -> None:
        await me.sleep(5)
        try:
            await me.call("shop", "POST /orders", timeout=40)
        except TimeoutError:
            me.note("the user clicks again")
        await me.call("shop", "POST /orders", timeout=100)
        me.note("shows «thank you»")

    async def shop(me: Node) -> None:
        stored = 0
        while True:
            request = await me.receive()
            stored += 1
            me.note(f"order {stored} is stored")
            await me.sleep(30)
            me.reply(request, f"order {stored}")

    world = World(1)
    world.network(delay=15)
    world.add(browser)
    world.add(shop)
    return world.run()


def every_fault(seed: int = 3) -> World:
    """Loss, duplicates, overtaking, a crash with its restart, a one-way cut."""

    async def client(me: Node) -> None:
        for number in range(4):
            me.send("api gateway", f"PUT x={number}")
            await me.sleep(25)
        try:
            await me.call("api gateway", {"get": "x"}, timeout=30)
        except TimeoutError:
            me.note("gives up and shows an error page to the user")
        await me.sleep(80)

    async def gateway(me: Node) -> None:
        while True:
            request = await me.receive()
            await me.sleep(12)
            me.send("storage-node-1", request.body)
            if request.body == {"get": "x"}:
                await me.sleep(40)
                me.reply(request, "x=3")

    world = World(seed)
    world.add(client)
    world.add(gateway, name="api gateway")
    world.add(listener, name="storage-node-1")
    world.network(delay=Uniform(8, 20))
    world.link("api gateway", "storage-node-1", delay=Uniform(10, 60), duplicate=0.6)
    world.lose("client", "api gateway", 2)
    world.crash("storage-node-1", at=70, restart=130)
    world.cut("api gateway", "storage-node-1", start=85, stop=150)
    return world.run(until=260)


def partition(seed: int = 5) -> World:
    """A node that speaks to three others across a partition that heals."""

    async def speaker(me: Node) -> None:
        await me.sleep(3)
        for number in range(3):
            me.broadcast(f"set x={number}")
            await me.sleep(40)

    world = World(seed)
    world.network(delay=Uniform(5, 25))
    world.add(speaker, name="a")
    for name in "bcd":
        world.add(listener, name=name)
    world.partition(["a", "b"], start=30, stop=90)
    return world.run()


def mailbox(seed: int = 0) -> World:
    """Messages that wait, one to oneself, one that nobody reads."""

    async def producer(me: Node) -> None:
        for number in range(4):
            me.send("worker", f"job {number}")
            await me.sleep(6)
        await me.sleep(50)
        me.send("worker", "last")

    async def worker(me: Node) -> None:
        for _ in range(4):
            job = await me.receive()
            await me.sleep(22)
            me.note(f"{job.body} done")
        me.send("worker", "self check", delay=30)
        await me.receive()

    world = World(seed)
    world.add(producer)
    world.add(worker)
    return world.run()


def crowd(seed: int = 2, nodes: int = 6, messages: int = 5) -> World:
    """Everybody writes to anybody: 60 events and more."""

    async def chat(me: Node) -> None:
        for number in range(messages):
            await me.sleep(me.random.random() * 30)
            me.send(me.random.choice(me.others), f"message {number}")
        await listener(me)

    world = World(seed)
    world.network(delay=Uniform(5, 40), duplicate=0.1, loss=0.1)
    for number in range(nodes):
        world.add(chat, name=f"server {number}")
    return world.run()


def long_words(seed: int = 2) -> World:
    """Long names, long paths, signs that mean something in SVG."""

    async def ping(me: Node) -> None:
        await me.sleep(5)
        for number in range(2):
            body = f"GET /api/v2/customers/{number}/basket?a=1&b=<{'long' * 12}>"
            await me.call('load balancer "A" & <B> in Frankfurt', body)

    async def pong(me: Node) -> None:
        while True:
            request = await me.receive()
            await me.sleep(7)
            me.note("looks up the customer, and her basket, in the <database>")
            me.reply(request, {"status": 200, "basket": ["book", "pen & ink"]})

    world = World(seed)
    world.add(ping, name="web browser of the first customer")
    world.add(pong, name='load balancer "A" & <B> in Frankfurt')
    return world.run()


def instant(seed: int = 0) -> World:
    """A chain of messages that take no time at all."""

    async def pass_on(me: Node, to: str) -> None:
        message = await me.receive()
        me.send(to, message.body)

    async def first(me: Node) -> None:
        await me.sleep(1)
        me.send("second", "now", delay=0)
        await me.receive()

    world = World(seed)
    world.network(delay=0)
    world.add(first)
    world.add(pass_on, "third", name="second")
    world.add(pass_on, "first", name="third")
    return world.run()


def alone(seed: int = 0) -> World:
    """One node that does one thing."""

    async def hermit(me: Node) -> None:
        me.note("exists")

    world = World(seed)
    world.add(hermit)
    return world.run()


def nothing(seed: int = 0) -> World:
    """Two nodes and no event."""
    world = World(seed)
    world.add(listener, name="p")
    world.add(listener, name="q")
    return world.run()


WORLDS: tuple[Callable[[], World], ...] = (
    retry,
    every_fault,
    partition,
    mailbox,
    crowd,
    long_words,
    instant,
    alone,
    nothing,
)


# What an XML file, a browser, or Mermaid could take for more than text.
ODD_TEXTS = (
    "from $$5 to $$9",
    "$$x^2$$",
    "wrap: the parcel",
    ":nowrap: the parcel",
    "wrap:",
    "end",
    "loop note over as end",
    "a;b #1; #35; &amp; &lt;",
    "<b>bold</b> a<br/>b <script>",
    "%%{init: {}}%% 50% {x} [y] (z)",
    "->> - > --x +1 -1",
    "\u202eoverride \u2066isolate \u200fmark",
    "שלום, \u0645\u0631\u062d\u0628\u0627",
    "bell\a nul\0 delete\x7f escape\x1b[31m",
    "half a pair \ud800 and \udfff",
    "no character \ufffe \uffff",
    "\ufb02\u00b0\u00b036\u00b6\u00df, as Mermaid writes #36; inside",
    "tab\there\nand\u2028there",
    "\"quoted\" 'single' `code` **bold** _it_ \\n",
    "😀 - 1. # ^ | ~",
)


def speaks(text: str) -> World:
    """Says a text in every way: as a name, a message and a note."""

    async def talker(me: Node) -> None:
        me.send("hearer", text)
        me.note(text)

    async def hearer(me: Node) -> None:
        await me.receive()

    world = World()
    world.add(talker, name=text)
    world.add(hearer)
    return world.run()

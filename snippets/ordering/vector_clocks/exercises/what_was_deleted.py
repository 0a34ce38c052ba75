"""What a customer deleted stays deleted, and nothing else is lost."""

from contextlib import redirect_stdout
from io import StringIO
from types import ModuleType

PROGRAM = "shopping_cart"
Visits = dict[str, list[tuple[float, str, str]]]
Carts = dict[str, set[str]]

BY_PAGE: Visits = {
    "Sy": [(40, "D3", "+pen")],
    "Sx": [(0, "D1", "+book"), (20, "D2", "+lamp"), (55, "D5", "+map")],
    "Sz": [(45, "D4", "-lamp")],
}
OTHERS: Visits = {
    "Sy": [(40, "D3", "-book")],
    "Sx": [(0, "D1", "+book"), (20, "D2", "+lamp"), (55, "D5", "+map")],
    "Sz": [(45, "D4", "+pen"), (80, "D6", "-map")],
}
TESTS: tuple[tuple[str, Visits, Carts], ...] = (
    (
        "With the visits of the page",
        BY_PAGE,
        {
            "D2": {"book", "lamp"},
            "D3": {"book", "lamp", "pen"},
            "D4": {"book"},
            "D5": {"book", "map", "pen"},
        },
    ),
    (
        "If D3 deletes the book, D4 adds a pen and D6 deletes the map",
        OTHERS,
        {
            "D3": {"lamp"},
            "D4": {"book", "lamp", "pen"},
            "D5": {"lamp", "map", "pen"},
            "D6": {"lamp", "pen"},
        },
    ),
)


def printed(program: ModuleType, visits: Visits) -> list[str]:
    """The lines of the program's output, if these are the visits."""
    program.VISITS = visits  # type: ignore[attr-defined]
    with redirect_stdout(StringIO()) as output:
        program.main()
    return output.getvalue().splitlines()


def judge(program: ModuleType) -> str | None:
    for when, visits, wanted in TESTS:
        carts: Carts = {}
        for line in printed(program, visits):
            version, _, items = line.partition("]: ")
            carts[version.split(" ")[0]] = set(items.split(", "))
        for name, cart in wanted.items():
            if name not in carts:
                return f"{when}, the cart of {name} is not printed."
            if carts[name] != cart:
                held, right = map(listed, (carts[name], cart))
                return f"{when}, {name} holds {held}, and not {right}."
    return None


def listed(cart: set[str]) -> str:
    return ", ".join(sorted(cart)) or "nothing"

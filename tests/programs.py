"""Programs and exercises as they are, and with a few words changed to see them fail."""

from types import ModuleType

from sim.program.find import find, load


def program(name: str) -> ModuleType:
    """The program or exercise at this place in `snippets`."""
    return load(find(name))


def changed(name: str, *changes: tuple[str, str]) -> ModuleType:
    """The same with some words replaced; each of them must stand there once."""
    path = find(name)
    text = path.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
        text = text.replace(old, new)
    made = ModuleType(path.stem)
    exec(compile(text, path.name, "exec"), made.__dict__)
    return made

"""Two generals: no number of messengers is enough."""

import pytest

from sim.program.find import find, load

main = load(find("intro/distributed_systems_are_hard/two_generals")).main


def attackers(capsys: pytest.CaptureFixture[str], **settings: int | bool) -> list[str]:
    main(**settings)
    said = capsys.readouterr().out.splitlines()
    return sorted(line.split()[0] for line in said if line.endswith("attacks"))


@pytest.mark.parametrize("messengers", range(1, 9))
def test_losing_the_last_messenger_makes_one_attack_alone(
    capsys: pytest.CaptureFixture[str], messengers: int
) -> None:
    """Akkoyunlu, Ekanadham and Huber 1975: whoever sends last cannot know."""
    alone = attackers(capsys, messengers=messengers)

    sender_of_the_last = "Ada" if messengers % 2 else "Ben"
    assert alone == [sender_of_the_last]


@pytest.mark.parametrize("messengers", range(1, 9))
def test_when_nobody_is_caught_every_plan_works(
    capsys: pytest.CaptureFixture[str], messengers: int
) -> None:
    both = attackers(capsys, messengers=messengers, last_is_caught=False)

    assert both == ["Ada", "Ben"]

"""What docs/fallacies/index.md says: the list, in its order, with a page for each."""

import re

from scripts.lib.pages import front_matter
from scripts.lib.paths import DOCS, ROOT

LIST = (  # the wording that is usually quoted, as on James Gosling's page
    "The network is reliable",
    "Latency is zero",
    "Bandwidth is infinite",
    "The network is secure",
    "Topology doesn't change",
    "There is one administrator",
    "Transport cost is zero",
    "The network is homogeneous",
)
ROW = re.compile(r"^\| (\d) \| \[(.+?)\]\((\w+)\.md\) \| .+ \|$", re.M)


def test_the_table_is_the_list_with_a_page_for_each() -> None:
    rows = ROW.findall((DOCS / "fallacies/index.md").read_text("utf-8"))

    assert [(number, name) for number, name, _ in rows] == [
        (str(number), name) for number, name in enumerate(LIST, 1)
    ]
    for _, name, page in rows:
        assert front_matter(DOCS / f"fallacies/{page}.md")["title"] == name


def test_the_navigation_has_the_same_order() -> None:
    rows = ROW.findall((DOCS / "fallacies/index.md").read_text("utf-8"))
    nav = re.findall(r"- fallacies/(\w+)\.md", (ROOT / "mkdocs.yml").read_text("utf-8"))

    assert nav[0] == "index"
    listed = [page for _, _, page in rows]
    assert [page for page in nav if page in listed] == listed

"""`python -m content.drawings`: draws every picture into content/media, as SVG and as PNG."""

from pathlib import Path

import resvg_py

from content.drawings.indexed import indexed
from content.drawings.pen import HEIGHT, WIDTH
from content.drawings.scenes import SCENES
from content.library import ROOT


def draw_all(media: Path) -> None:
    for kind, scenes in SCENES.items():
        (media / kind).mkdir(parents=True, exist_ok=True)
        for id_, draw in scenes.items():
            svg = draw()
            png = resvg_py.svg_to_bytes(svg_string=svg, width=WIDTH, height=HEIGHT)
            (media / kind / f"{id_}.svg").write_text(svg, encoding="utf-8", newline="\n")
            (media / kind / f"{id_}.png").write_bytes(indexed(bytes(png)))


if __name__ == "__main__":
    draw_all(ROOT / "media")

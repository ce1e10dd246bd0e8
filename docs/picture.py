#!/usr/bin/env python3
"""Draws docs/demo.svg from what `outtray demo` really prints.

    CLICOLOR_FORCE=1 outtray demo | python3 docs/picture.py > docs/demo.svg
"""

import re
import sys
from html import escape

# Every line is told its width in columns, so that any monospace font fits.
COLUMN, LINE, LEFT, TOP = 8.4, 19, 22, 62
INK, DIM, GREEN = "#d7dce2", "#98a2ae", "#7ee2a0"
CLASSES = {"1": "b", "2": "d", "32": "g"}


def spans(line):
    """Parts of a line with their style: only what the program uses (bold, dim, green)."""
    style = ""
    for number, part in enumerate(re.split(r"\x1b\[([0-9;]*)m", line)):
        if number % 2:
            style = CLASSES.get(part, "")
        elif part:
            yield style, part


def main():
    lines = ["\x1b[32m$\x1b[0m \x1b[1mouttray demo\x1b[0m"] + sys.stdin.read().rstrip().split("\n")
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    width = round(LEFT * 2 + max(map(len, plain)) * COLUMN)
    height = TOP + len(lines) * LINE + 8
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
          'role="img" aria-label="A terminal in which outtray demo has run: three files are written, sent, marked, '
          'and listed in the bucket.">')
    print(f"<style>text{{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:14px;fill:{INK};"
          f"white-space:pre}}.b{{font-weight:bold;fill:#fff}}.d{{fill:{DIM}}}.g{{fill:{GREEN}}}</style>")
    print(f'<rect x="1" y="1" width="{width - 2}" height="{height - 2}" rx="9" fill="#161b22" stroke="#6e7681"/>')
    for x, colour in ((24, "#ff6159"), (44, "#ffbd2e"), (64, "#28c941")):
        print(f'<circle cx="{x}" cy="22" r="6" fill="{colour}"/>')
    for number, (line, text) in enumerate(zip(lines, plain)):
        indent = len(text) - len(text.lstrip())
        if not text.strip():
            continue
        body = "".join(
            f'<tspan class="{style}">{escape(part)}</tspan>' if style else escape(part)
            for style, part in spans(line.replace(" " * indent, "", 1) if indent else line)
        )
        x, y, length = LEFT + indent * COLUMN, TOP + number * LINE, len(text.strip()) * COLUMN
        print(f'<text x="{x:g}" y="{y}" textLength="{length:g}" lengthAdjust="spacingAndGlyphs" '
              f'xml:space="preserve">{body}</text>')
    print("</svg>")


main()

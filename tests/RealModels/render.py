#!/usr/bin/python3
"""Renders line.pgm and page.pgm with Debian's python3-pil and fonts-dejavu-core: a line of text, and the line on an empty page."""
import os
from PIL import Image, ImageDraw, ImageFont

HERE = os.path.dirname(os.path.abspath(__file__))
TEXT = "Inference 2026"
FONT = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 34)


def render(name, size, at):
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).text(at, TEXT, fill=0, font=FONT)
    image.save(os.path.join(HERE, name))


render("line.pgm", (288, 48), (12, 3))
render("page.pgm", (352, 160), (40, 60))

"""A slogan → a banner that a print shop can print: PDF, and the same as PNG.

sheet.py    how large, with bleed and margins      words.py    which syllables stay together
lines.py    where lines end, how large letters are  drawing.py  the files
"""

"""The commune's page on the web: what may be read and heard again, as files that any web server can hand out.

post.py        scripts and the plan's topics → what is shown
sound.py       the sound of a script, as an MP3     cover.py     the picture of the podcast
pages.py       → HTML, by the templates             feed.py      → the podcast, RSS 2.0
content.py     every file of the site, and when it must be made anew
folder.py      files that appear together           record.py    what the folder holds
publishing.py  brings a folder up to date           server.py    hands it out
"""

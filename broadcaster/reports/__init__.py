"""The year's plan, and what was heard of it: coverage, diary, report.

outline.py   a plan's text → proposed topics        planning.py  topics kept, changed, put on scripts
heard.py     as-run lines → what was told of each script
coverage.py  topic × hamlet                         tally.py     sessions, airings, minutes
diary.py     a day's sessions → a paper             report.py    a period's results → a paper
official.py  a paper → .docx by Decree 30/2020      workbook.py  a paper → .xlsx and .csv
handout.py   approved scripts → a paper             pack.py      paper, sounds, QR code → a .zip

All but planning.py is pure: functions of (as-run lines, scripts, topics, hamlets, from, to).
"""

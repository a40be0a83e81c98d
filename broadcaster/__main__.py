"""`python -m broadcaster` is the command `broadcaster`."""

from broadcaster.cli.main import main

main()

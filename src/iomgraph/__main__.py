"""`python -m iomgraph`: the command line."""

from iomgraph.cli import main

main()

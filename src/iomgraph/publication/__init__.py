"""The publication of a checked graph as a release folder: dumps, descriptions, reports and the manifest.

`parts` writes the files of a `draft`, in the order in which they need each other, into the folder that
`release.staged` gives. `content` reads releases of others and previous ones; `verification` checks a release,
and `changes` compares two.
"""

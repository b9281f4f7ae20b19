"""A checked graph becomes a release folder: dumps, descriptions, reports and the manifest.

`parts` writes the files of a `draft`, in the order in which they need each other, into the folder that
`release.staged` gives. What others made of a release, or what came before it, is read by `content`;
`verification` checks one, `changes` compares two.
"""

"""A checked graph becomes a release folder: dumps, descriptions, reports and the manifest.

The order in which a build calls them, within `release.staged`: `dumps.write`, `jsonld.write`,
`report.write_shacl`, `report.write_findings`, `places.write`, `copies.write`, the feed of `changes`,
`dcat.write`, `void.write`, and `manifest.write` last. What others made of a release, or what came
before it, is read by `content`; `verification` checks one, `changes` compares two.
"""

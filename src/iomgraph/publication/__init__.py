"""A checked graph becomes a release folder: dumps, descriptions, reports and the manifest.

The order in which a build calls them, within `release.staged`: `dumps.write`, `jsonld.write`,
`report.write_shacl`, `report.write_findings`, `copies.write`, `dcat.write`, `void.write`, and
`manifest.write` last.
"""

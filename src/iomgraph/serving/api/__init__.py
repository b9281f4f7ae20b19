"""The queries of a release as an API: one address each, described by OpenAPI 3.1."""

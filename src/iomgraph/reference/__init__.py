"""Reference tables become records: states, the organisation, the agenda, vocabularies and links."""

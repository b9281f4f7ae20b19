"""Claims into one record a project, a state, a concept."""

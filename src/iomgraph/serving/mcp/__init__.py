"""The questions as tools for language models (Model Context Protocol)."""

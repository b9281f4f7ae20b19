"""Is a release whole, unaltered and true? Its files, their syntax, their sameness, its description."""

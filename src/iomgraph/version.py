"""The version of the program, in one place; the build reads it here, too.

Example:
    >>> len(__version__.split("."))
    3
"""

__version__ = "0.2.0"

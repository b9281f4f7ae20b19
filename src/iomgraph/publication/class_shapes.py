"""All shapes in one file, with those on properties below one node shape per class, for generating forms.

In the folder of shapes, each rule names its class itself, so that it is one entry of its file. A form needs
the rules of a class together, with `sh:name`, `sh:group` and `sh:order` (W3C SHACL, 2017, section 2.3.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_RULE = re.compile(r"^(\S+)( a sh:PropertyShape ;\n)  sh:targetClass ([^;\n]+) ;\n", re.MULTILINE)
_NAMESPACE = "https://w3id.org/iomgraph/shapes#"


def gathered(texts: Iterable[str]) -> str:
    r"""Join files of shapes in Turtle, and put the rules on properties below the shapes of their classes.

    Rules of another form keep their targets, with the same meaning.

    Args:
        texts: texts of the files, each with its prefixes.

    Returns:
        Turtle that gives the same results as the files on any data.

    Example:
        >>> rule = "ex:Road-name a sh:PropertyShape ;\n  sh:targetClass ex:Road ;\n  sh:path ex:name .\n"
        >>> print(gathered([rule]), end="")
        ex:Road-name a sh:PropertyShape ;
          sh:path ex:name .
        <BLANKLINE>
        # The shapes of the classes
        <BLANKLINE>
        <https://w3id.org/iomgraph/shapes#Road> a sh:NodeShape ;
          sh:targetClass ex:Road ;
          sh:property ex:Road-name .
    """
    rules: dict[str, list[str]] = {}

    def untargeted(found: re.Match[str]) -> str:
        for target in found[3].split(","):
            rules.setdefault(target.strip(), []).append(found[1])
        return found[1] + found[2]

    parts = [_RULE.sub(untargeted, text) for text in texts]
    classes = [
        f"<{_NAMESPACE}{target.partition(':')[2]}> a sh:NodeShape ;\n"
        f"  sh:targetClass {target} ;\n"
        f"  sh:property {joined} .\n"
        for target, joined in ((target, " ,\n    ".join(names)) for target, names in sorted(rules.items()))
    ]
    return "\n".join([*parts, "# The shapes of the classes\n", *classes])

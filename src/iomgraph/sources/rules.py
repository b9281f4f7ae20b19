"""The rules that are checked while reading: name, severity and message (`data/vocabulary/findings.csv`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from babel import Locale

from iomgraph.errors import SourceError
from iomgraph.findings import Finding, Place, Severity, Sink
from iomgraph.settings import LANGUAGES
from iomgraph.sources.characters import escape
from iomgraph.sources.tables import Tables
from iomgraph.sources.wording import Wording

COLUMNS = ("rule", "severity", *(f"{part}_{lang}" for part in ("name", "message") for lang in LANGUAGES))


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules by name, which make findings; an unknown name is a mistake in the program.

    Args:
        severities: name of a rule to its severity.
        messages: name of a rule to its message in each language.
        words: names of properties, values and other rules in messages.
    """

    severities: Mapping[str, Severity]
    messages: Mapping[str, Mapping[str, str]]
    words: Wording = field(default_factory=Wording, compare=False)

    def finding(
        self,
        rule: str,
        place: Place | None = None,
        *,
        about: str = "",
        value: str = "",
        source: Place | None = None,
        **words: object,
    ) -> Finding:
        """Make the finding of a rule; `{value}` and the names in `words` are filled into its message.

        A word that differs from language to language is a mapping of language to text.

        Characters that XML can't hold are escaped, because findings are published.

        Raises:
            KeyError: if the table has no such rule, or its message names a word that is not given.

        Example:
            >>> from iomgraph.settings import Settings
            >>> read(Tables(Settings().data)).finding("empty-file", Place("a.txt")).text("fr")
            'le fichier est vide'
        """
        shown = value if len(value) <= 80 else f"{value[:79]}…"
        message = {}
        for lang, text in self.messages[rule].items():
            said = {name: word[lang] if isinstance(word, Mapping) else word for name, word in words.items()}
            message[lang] = escape(text.format(value=shown, **said))
        # A cell of a table was taken from nowhere else: its claim has a source without a file.
        source = source if source and source.file else None
        return Finding(rule, self.severities[rule], message, about, escape(value), place, source)


def language_names(code: str) -> dict[str, str]:
    """Return the name of a language in each of our languages, or its code if unknown.

    Example:
        >>> language_names("en")
        {'en': 'English', 'fr': 'anglais', 'es': 'inglés'}
    """
    return {lang: str(Locale.parse(lang).languages.get(code, code)) for lang in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Reporter:
    """Rules with the findings made so far.

    Args:
        rules: severity and message of each rule.
        findings: takes the findings.

    Example:
        >>> from iomgraph.settings import Settings
        >>> reporter = Reporter(read(Tables(Settings().data)), [])
        >>> reporter.report("empty-file", Place("a.txt"))
        >>> [(found.rule, str(found.place)) for found in reporter.findings]
        [('empty-file', 'a.txt')]
    """

    rules: Rules
    findings: Sink

    def report(
        self,
        rule: str,
        place: Place | None = None,
        *,
        about: str = "",
        value: str = "",
        source: Place | None = None,
        **words: object,
    ) -> None:
        """Add the finding of a rule; the arguments are those of `Rules.finding`."""
        self.findings.append(
            self.rules.finding(rule, place, about=about, value=value, source=source, **words)
        )

    def take(self, findings: Iterable[Finding]) -> None:
        """Add findings that exist already."""
        for found in findings:
            self.findings.append(found)


def read(tables: Tables, table: str = "findings") -> Rules:
    """Read the rules from the folder of the tables.

    Args:
        tables: the reference tables.
        table: `findings` for the rules of reading, `verification` for those of checking a release.

    Raises:
        SourceError: if the table can't be read or a severity is unknown.
    """
    severities = {severity.word: severity for severity in Severity}
    rows = tables.read(f"vocabulary/{table}.csv", COLUMNS)
    for row in rows:
        if row["severity"] not in severities:
            raise SourceError(
                f"unknown severity {row['severity']!r}",
                where=row.place("severity"),
                step=f"the severities are: {', '.join(severities)}",
            )
    return Rules(
        {row["rule"]: severities[row["severity"]] for row in rows},
        {row["rule"]: {lang: row[f"message_{lang}"] for lang in LANGUAGES} for row in rows},
        Wording(tables),
    )

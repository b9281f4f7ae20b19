"""The lexicon for cells of anyone's tables: words, names and codes, and the notation of the source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from iomgraph.claims import amounts, cell_words, columns, goals, languages
from iomgraph.claims.shares import StateLists
from iomgraph.claims.table_options import TableOptions
from iomgraph.matching import states
from iomgraph.sources import vocabulary
from iomgraph.sources.tables import Tables


@dataclass(frozen=True)
class Lexicon:
    """The words, names and codes for reading cells; each reference table is read once.

    Args:
        tables: the reference tables.
    """

    tables: Tables

    def complete(self) -> None:
        """Read all tables now, which copies of this process would each read again."""
        _ = self.words, self.concepts, self.states, self.agenda, self.currencies, self.little, self.columns

    @cached_property
    def words(self) -> cell_words.CellWords:
        """Words for empty values, totals, roles and goals."""
        return cell_words.read(self.tables)

    @cached_property
    def concepts(self) -> vocabulary.Vocabulary:
        """Words of statuses, themes and coverages."""
        return vocabulary.read(self.tables)

    @cached_property
    def states(self) -> states.StateIndex:
        """Names and codes of states."""
        return states.read(self.tables)

    @cached_property
    def agenda(self) -> goals.Agenda:
        """Codes of goals and targets."""
        return goals.read(self.tables)

    @cached_property
    def currencies(self) -> amounts.Currencies:
        """Codes and symbols of currencies."""
        return amounts.read(self.tables)

    @cached_property
    def little(self) -> languages.FunctionWords:
        """Function words, which tell the language of a title."""
        return languages.read(self.tables)

    @cached_property
    def columns(self) -> columns.ColumnNames:
        """Usual headers of columns."""
        return columns.read(self.tables)


@dataclass(frozen=True)
class CellContext:
    """The knowledge with which cells are read.

    Args:
        lexicon: the words to read it by.
        options: how the source writes its cells.
        currency: of amounts that name none; empty if the portfolio declares none.
        languages: those of the portfolio; texts whose words do not tell theirs are in the first.

        descriptions: descriptions are published.
    """

    lexicon: Lexicon
    options: TableOptions
    currency: str = ""
    languages: tuple[str, ...] = ("en",)
    descriptions: bool = False

    @cached_property
    def state_lists(self) -> StateLists:
        """The reader of lists of states."""
        return StateLists(self.lexicon.states.lookup, self.lexicon.words, self.options.separator)

    @property
    def usual_language(self) -> str:
        """The language of texts whose words do not tell it."""
        return self.languages[0] if self.languages else "en"

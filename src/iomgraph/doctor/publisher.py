"""The facts of a survey about a publisher: addresses, descriptions, and things to look up."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin

from iomgraph.doctor.statements import Description


@dataclass(frozen=True, slots=True)
class Space:
    """A beginning of IRIs that is served at another address, such as on a copy or a staging server.

    Args:
        published: beginning of the IRIs.
        served: its replacement on the examined server.

    Example:
        >>> space = Space("https://data.example.org/", "http://localhost:8000/")
        >>> space.address("https://data.example.org/id/1"), space.address("https://other.example/")
        ('http://localhost:8000/id/1', 'https://other.example/')
    """

    published: str = ""
    served: str = ""

    def address(self, iri: str) -> str:
        """Return the address at which an IRI is looked up."""
        if self.published and iri.startswith(self.published):
            return self.served + iri.removeprefix(self.published)
        return iri


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """The facts about a publisher.

    Args:
        url: the named address.
        space: the mapping of IRIs to addresses.
        endpoint: address that answers SPARQL; empty if there is none.
        void: the description of the dataset in VoID.
        well_known: that description is at the address that RFC 8615 and VoID define.
        service: the description of the SPARQL service.
        catalogue: the description in DCAT.
        samples: IRIs of things.
    """

    url: str
    space: Space = field(default_factory=Space)
    endpoint: str = ""
    void: Description = field(default_factory=Description)
    well_known: bool = False
    service: Description = field(default_factory=Description)
    catalogue: Description = field(default_factory=Description)
    samples: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder of the named address."""
        return urljoin(self.url, ".")

    def address(self, iri: str) -> str:
        """Return the address at which an IRI is looked up."""
        return self.space.address(iri)

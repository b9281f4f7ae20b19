"""`iomgraph verify`: is this release whole, true and unaltered?"""
import click


@click.command()
def verify() -> None:
    """Placeholder."""

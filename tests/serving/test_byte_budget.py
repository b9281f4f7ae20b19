"""Bytes are counted as long as somebody refers to them."""

from __future__ import annotations

from iomgraph.serving.byte_budget import ByteBudget


def test_all_together_take_no_more_than_the_bound() -> None:
    budget = ByteBudget(100)
    bodies = [budget.reserve(f"client {number}", 30) for number in range(4)]
    assert [body is None for body in bodies] == [False, False, False, True]
    assert budget.used == 90
    bodies.clear()
    assert budget.used == 0


def test_one_client_holds_no_more_than_half() -> None:
    budget = ByteBudget(100)
    first, second = budget.reserve("a", 30), budget.reserve("a", 30)
    assert first
    assert second is None
    assert budget.reserve("b", 30)
    del first
    assert budget.reserve("a", 30)


def test_an_answer_larger_than_the_bound_is_let_through_alone() -> None:
    budget = ByteBudget(100)
    large = budget.reserve("a", 500)
    assert large
    assert budget.reserve("b", 1) is None
    del large
    assert budget.reserve("b", 1)


def test_a_body_is_read_by_place() -> None:
    body = ByteBudget(100).reserve("a", 10)
    assert body
    body.memory[:10] = b"0123456789"
    assert (len(body), body.read(2, 3), body.read(8, 9), body.read(10, 1)) == (10, b"234", b"89", b"")

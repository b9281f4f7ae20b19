"""Messages between the server and its workers are read as they were written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomgraph.serving import worker_messages
from iomgraph.serving.message import Request, Response

_TEXT = st.text(max_size=20)
_HEADER = st.sampled_from([*sorted(worker_messages.HEADERS), "mcp-method", "mcp-name"])


@given(
    service=_TEXT,
    path=_TEXT,
    query=st.lists(st.tuples(_TEXT, _TEXT), max_size=4),
    headers=st.dictionaries(_HEADER, _TEXT),
    body=st.binary(max_size=50),
    search=_TEXT,
)
def test_a_request_reads_as_it_was_written(
    service: str, path: str, query: list[tuple[str, str]], headers: dict[str, str], body: bytes, search: str
) -> None:
    asked = Request("POST", path, tuple(query), headers, body, search)
    written = worker_messages.numbered(7, worker_messages.request(service, asked))
    number, head, length = worker_messages.REQUEST.unpack_from(written)
    start = worker_messages.REQUEST.size + head
    assert (number, len(written)) == (7, start + length)
    assert worker_messages.read_request(written[worker_messages.REQUEST.size : start], written[start:]) == (
        service,
        asked,
    )


def test_headers_that_no_answer_depends_on_are_not_passed_on() -> None:
    plain = Request("GET", "/sparql", headers={"accept": "text/csv", "mcp-name": "x"})
    more = {"cookie": "a", "if-none-match": '"x"', "user-agent": "me", "mcp-name": "x", "accept": "text/csv"}
    assert worker_messages.request("sparql", plain) == worker_messages.request(
        "sparql", Request("GET", "/sparql", headers=more)
    )


def tag(response: Response) -> str:
    written = worker_messages.answer(1, response, "")
    head, size = worker_messages.ANSWER.unpack_from(written)[1], worker_messages.ANSWER.size
    status, headers, fault = worker_messages.read_head(written[size : size + head])
    assert (status, fault, written[size + head :]) == (response.status, "", response.body)
    tags = dict((*headers, *worker_messages.tag_header(worker_messages.ANSWER.unpack_from(written)[3])))
    return tags.get("ETag", "")


def test_the_etag_differs_by_representation() -> None:
    csv, tsv = (
        Response(200, (("Content-Type", f"text/{name}"),), b"true")
        for name in ("csv", "tab-separated-values")
    )
    assert tag(csv) != tag(tsv)
    assert tag(csv) == tag(csv)
    assert tag(Response(200, (("ETag", '"mine"'),), b"true")) == '"mine"'
    assert tag(Response(404, (), b"true")) == ""

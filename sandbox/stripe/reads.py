"""How is each read of Stripe answered?

Every answer is made of the books as they are now; parameters are checked before anything is looked up.
"""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.stripe import events, search
from sandbox.stripe.books import Books
from sandbox.stripe.errors import missing, missing_parameter
from sandbox.stripe.expand import expanded, steps
from sandbox.stripe.lists import PAGING, page, search_page
from sandbox.stripe.parameters import Asked, read
from sandbox.stripe.resources import RESOURCES, Keep, Resource

Json = dict[str, Any]
Read = Callable[[Books, web.Request], Json]

# Lists that are asked by one of these refuse an id that does not exist instead of answering with nothing.
NAMED = ("customer", "subscription", "invoice", "product")
# Where the owner of an object stands that lists are often asked by.
BELONGING = {
    "customer": dict.fromkeys(
        ("subscription", "invoice", "payment_intent", "charge", "credit_note"), "customer"
    ),
    "invoice": {"invoice_payment": "invoice", "credit_note": "invoice"},
    "subscription": {
        "subscription_item": "subscription",
        "invoice": "parent.subscription_details.subscription",
    },
}
KINDS = {"customers": "customer", "invoices": "invoice", "subscriptions": "subscription"}


def with_expansions(books: Books, answer: Json, asked: Asked, kind: str) -> Json:
    """The answer with everything that `expand[]` asks for."""
    listed = "data" in answer
    for path in asked.lists.get("expand", []):
        if path == "total_count":
            continue
        along = steps(path, kind, listed=listed)
        if listed:
            answer = answer | {"data": [expanded(books, one, along) for one in answer["data"]]}
        else:
            answer = expanded(books, answer, along)
    return answer


def one_of(resource: Resource) -> Read:
    """An object by its id."""

    def answer(books: Books, request: web.Request) -> Json:
        asked = read(request.query, ("expand",))
        id = request.match_info["id"]
        if (found := books.find(resource.kind, id)) is None:
            raise missing(resource.noun, id, "id")
        return with_expansions(books, found, asked, resource.kind)

    return answer


def list_of(resource: Resource) -> Read:
    """A list with its filters."""

    def answer(books: Books, request: web.Request) -> Json:
        asked = read(request.query, (*resource.filters, *PAGING))
        for name in resource.required:
            asked.required(name)
        for name in NAMED:
            if (id := asked.plain.get(name)) and books.find(name, id) is None:
                raise missing(name, id, name, status=400)
        everything = candidates(books, resource.kind, asked)
        found = page(everything, keeping(resource, asked), asked, request.path, resource.noun)
        return with_expansions(books, found, asked, resource.kind)

    return answer


def candidates(books: Books, kind: str, asked: Asked) -> list[Json]:
    """All of a kind; those of one customer or invoice when that is asked for, found without looking at all.

    A page may start after an object that is not among them: then its place in the whole order counts.
    """
    for name, fields in BELONGING.items():
        if (id := asked.plain.get(name)) and kind in fields:
            found = books.of(kind, fields[kind], id)
            marks = {asked.plain.get("starting_after"), asked.plain.get("ending_before")} - {None}
            return found if marks <= {one["id"] for one in found} else books.all(kind)
    return books.all(kind)


def movements(books: Books, request: web.Request, collected: Callable[[str], list[str] | None]) -> Json:
    """The balance transactions; `collected` are those of a payout, its own included."""
    resource = next(one for one in RESOURCES if one.kind == "balance_transaction")
    asked = read(request.query, (*resource.filters, "payout", *PAGING))
    keep, payout = keeping(resource, asked), asked.plain.get("payout")
    if payout is not None:
        among = collected(payout)
        if among is None:
            raise missing("payout", payout, "payout", status=400)
        of_payout = frozenset(among)
        found = page(
            books.all(resource.kind),
            lambda one: one["id"] in of_payout and keep(one),
            asked,
            request.path,
            resource.noun,
        )
    else:
        found = page(books.all(resource.kind), keep, asked, request.path, resource.noun)
    return with_expansions(books, found, asked, resource.kind)


def keeping(resource: Resource, asked: Asked) -> Keep:
    """The test of all filters that were given; the usual one gives way to a filter by status."""
    given = [
        wanted(asked, name)
        for name, wanted in resource.filters.items()
        if name in asked.plain or name in asked.parts or name in asked.lists
    ]
    if resource.usual and "status" not in asked.plain:
        given.append(resource.usual)
    return lambda one: all(keep(one) for keep in given)


def search_of(path: str, reachable: Callable[[Books, web.Request], list[Json]]) -> Read:
    """A search; `reachable` are the objects that the search index knows."""

    def answer(books: Books, request: web.Request) -> Json:
        asked = read(request.query, ("query", "limit", "page", "expand"))
        match = search.parsed(asked.required("query"), path)
        found = [one for one in reachable(books, request) if match(one)]
        return with_expansions(books, search_page(found, asked, request.path), asked, KINDS[path])

    return answer


def lines(books: Books, request: web.Request) -> Json:
    """The lines of an invoice, in the order they are printed."""
    asked = read(request.query, PAGING)
    invoice = existing(books, "invoice", request)
    found = page(invoice["lines"]["data"], anything, asked, request.path, "line item")
    return with_expansions(books, found, asked, "line_item")


def credited_lines(books: Books, request: web.Request) -> Json:
    """The lines of a credit note."""
    asked = read(request.query, PAGING)
    note = existing(books, "credit_note", request)
    return page(note["lines"]["data"], anything, asked, request.path, "credit note line item")


def of_customer(kind: str, keep: Keep) -> Read:
    """What belongs to one customer, under the customer's own path."""

    def answer(books: Books, request: web.Request) -> Json:
        asked = read(request.query, PAGING)
        customer = existing(books, "customer", request)
        found = page(books.of(kind, "customer", customer["id"]), keep, asked, request.path, kind)
        return with_expansions(books, found, asked, kind)

    return answer


def entitlements(books: Books, request: web.Request) -> Json:
    """What a customer may use now; `customer` is required."""
    kind = "entitlements.active_entitlement"
    asked = read(request.query, (*PAGING, "customer"))
    customer = asked.plain.get("customer")
    if not customer:
        raise missing_parameter("customer")
    if books.find("customer", customer) is None:
        raise missing("customer", customer, "customer", status=400)
    found = page(books.entitlements.get(customer, []), anything, asked, request.path, "active entitlement")
    return with_expansions(books, found, asked, kind)


def event(log: events.EventLog) -> Read:
    """One event, as it was told."""

    def answer(books: Books, request: web.Request) -> Any:
        read(request.query, ("expand",))
        return log.read(request.match_info["id"])

    return answer


def event_list(log: events.EventLog) -> Read:
    """The events of the last 30 days, newest first."""

    def answer(books: Books, request: web.Request) -> Json:
        return log.listed(read(request.query, events.EVENT_PARAMETERS), request.path)

    return answer


def existing(books: Books, kind: str, request: web.Request) -> Json:
    id = request.match_info["id"]
    if (found := books.find(kind, id)) is None:
        raise missing(kind, id, kind)
    return found


def anything(one: Json) -> bool:
    return True

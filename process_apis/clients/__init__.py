"""Which API clients, keys and plans exist?

A client is another program that calls us. It has a name, a plan, scopes, the accounts it may know of, and
one or two keys. Everything here lives by wall time, never by business time.
"""

from process_apis.clients.giving import NotGivenHere, give, give_new_key
from process_apis.clients.keeping import OVERLAP, all_clients, create, ensure, revoke, rotate, show
from process_apis.clients.model import ApiKey, Client
from process_apis.clients.plans import NoSuchPlan, offer
from process_apis.clients.verifying import USED_EVERY, verify

__all__ = [
    "OVERLAP",
    "USED_EVERY",
    "ApiKey",
    "Client",
    "NoSuchPlan",
    "NotGivenHere",
    "all_clients",
    "create",
    "ensure",
    "give",
    "give_new_key",
    "offer",
    "revoke",
    "rotate",
    "show",
    "verify",
]

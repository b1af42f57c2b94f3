"""Which kind of system is the authority for which attribute?"""

from enum import StrEnum

from msgspec import Struct

from canonical.identity import Kind


class DataClass(StrEnum):
    """How carefully an attribute is to be treated."""

    BUSINESS = "business"
    PERSONAL = "personal"
    FINANCIAL = "financial"


TIELINE = "tieline"
"""The owner of what is derived here and can always be recomputed."""

Authority = Kind | str


class Rule(Struct, frozen=True, kw_only=True):
    """Who owns an attribute, who else may write it, who reads a projection, and how old it may be shown.

    `conflict` says what happens when a reader differs; `stale_after` is in seconds, `retention` in days.
    """

    object: str
    attribute: str
    owner: Authority
    writers: tuple[Authority, ...] = ()
    readers: tuple[Kind, ...] = ()
    conflict: str = "owner_wins"
    stale_after: int = 300
    data_class: DataClass = DataClass.BUSINESS
    retention: int = 3650


_CRM, _BILLING, _SUPPORT, _ERP = Kind.CRM, Kind.BILLING, Kind.SUPPORT, Kind.ERP
_FINANCIAL, _PERSONAL = DataClass.FINANCIAL, DataClass.PERSONAL


def _rules(
    object: str,
    attributes: str,
    owner: Authority,
    *readers: Kind,
    writers: tuple[Authority, ...] = (),
    conflict: str = "owner_wins",
    stale_after: int = 300,
    data_class: DataClass = DataClass.BUSINESS,
) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            object=object,
            attribute=attribute,
            owner=owner,
            writers=writers,
            readers=readers,
            conflict=conflict,
            stale_after=stale_after,
            data_class=data_class,
        )
        for attribute in attributes.split()
    )


# fmt: off
RULES: tuple[Rule, ...] = (
    *_rules("legal_entity", "name country base_currency dimensions tax_registrations", _ERP, _BILLING, _CRM, stale_after=86400),
    *_rules("account", "name parent segment owner website", _CRM, _ERP, _BILLING, _SUPPORT),
    # CRM until the first order, then the ERP: a declared hand-over, not last write wins.
    *_rules("account", "billing_address payment_terms tax_id tax_exempt", _CRM, _BILLING, _ERP, writers=(_ERP,), conflict="erp_after_first_order"),
    *_rules("account", "risk credit_hold", TIELINE, _CRM, _SUPPORT),
    *_rules("contact", "name email role", _CRM, _BILLING, _SUPPORT, data_class=_PERSONAL),
    *_rules("product", "sku revenue_rule tax_category active", _ERP, _CRM, _BILLING, stale_after=86400),
    *_rules("price", "list_price interval", _BILLING, _CRM, stale_after=86400),
    *_rules("contract", "parties term lines signature renewal", _CRM, _BILLING, _ERP),
    *_rules("subscription", "status items quantities periods cancellation", _BILLING, _ERP, _CRM, _SUPPORT),
    *_rules("entitlement", "tier features sla validity state", TIELINE, _SUPPORT, _CRM),
    *_rules("order", "number fulfilment_status accounting_status", _ERP, _CRM),
    *_rules("invoice", "number lines totals due_date status", _BILLING, _ERP, _CRM, _SUPPORT, data_class=_FINANCIAL),
    *_rules("payment", "status amount failure", _BILLING, _ERP, data_class=_FINANCIAL),
    *_rules("dispute", "status amount", _BILLING, _ERP, data_class=_FINANCIAL),
    *_rules("refund", "status amount", _BILLING, _ERP, data_class=_FINANCIAL),
    *_rules("payout", "lines gross fees net", _BILLING, _ERP, data_class=_FINANCIAL),
    *_rules("payment_application", "amount", _ERP, _CRM, data_class=_FINANCIAL),
    *_rules("receivable", "balance write_off", _ERP, _CRM, data_class=_FINANCIAL),
    *_rules("receivable", "dunning", TIELINE, _ERP),
    *_rules("credit_note", "number lines total", _BILLING, _ERP, data_class=_FINANCIAL),
    *_rules("case", "status priority comments", _SUPPORT, _CRM, data_class=_PERSONAL, stale_after=120),
    *_rules("revenue_schedule", "periods", _ERP, data_class=_FINANCIAL),
    *_rules("journal_posting", "lines", _ERP, data_class=_FINANCIAL),
    *_rules("period", "lock", _ERP, data_class=_FINANCIAL),
    *_rules("cross_reference", "ids", TIELINE),
)
# fmt: on

_AFTER_FIRST_ORDER: dict[str, Authority] = {"erp_after_first_order": _ERP}
"""Who owns an attribute once the account has an order in the ERP, by the conflict rule that declares it."""

BY_ATTRIBUTE: dict[tuple[str, str], Rule] = {(rule.object, rule.attribute): rule for rule in RULES}


def authority(object: str, attribute: str) -> Rule:
    """The one rule of an attribute. Raises KeyError for an attribute nobody declared."""
    return BY_ATTRIBUTE[object, attribute]


class NotTheirs(TypeError):
    """A system would be written an attribute that it owns, or that it is no declared reader of."""

    def __init__(self, into: Kind, object: str, attribute: str) -> None:
        owner = authority(object, attribute).owner
        super().__init__(f"{object}.{attribute} is not projected to {into}: {owner} owns it")
        self.owner = owner


def may_project(object: str, attribute: str, into: Kind) -> bool:
    """Whether a copy of this attribute may be written into systems of this kind."""
    rule = authority(object, attribute)
    return into in rule.readers and rule.owner != into


def owner_of(rule: Rule, *, ordered: bool) -> Authority:
    """Who owns an attribute now; `ordered` says whether the ERP has an order of the account yet."""
    return _AFTER_FIRST_ORDER.get(rule.conflict, rule.owner) if ordered else rule.owner


def stale_after(object: str) -> int:
    """How many seconds an observation of this object may be old: the tightest budget of its attributes."""
    return min(rule.stale_after for rule in RULES if rule.object == object)

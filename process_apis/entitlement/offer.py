"""What do we sell: which plan holds which features, and which tier is better than which?"""

from collections.abc import Iterable

from msgspec import Struct

from canonical.sales import Line
from canonical.support import Plan, ServiceTier


class Offer(Struct, frozen=True, kw_only=True):
    """The plans by SKU and the tiers by name, with every feature that any plan holds."""

    plans: dict[str, Plan]
    tiers: dict[str, ServiceTier]
    features: tuple[str, ...]

    @classmethod
    def of(cls, plans: Iterable[Plan], tiers: Iterable[ServiceTier]) -> "Offer":
        """Raises ValueError when a plan names a tier that there is not."""
        by_sku = {plan.sku: plan for plan in plans}
        by_name = {tier.name: tier for tier in tiers}
        for plan in by_sku.values():
            if plan.tier is not None and plan.tier not in by_name:
                raise ValueError(f"plan {plan.sku} names the tier {plan.tier}, which is not configured")
        features = sorted({feature for plan in by_sku.values() for feature in plan.features})
        return cls(plans=by_sku, tiers=by_name, features=tuple(features))

    def tier(self, lines: Iterable[Line]) -> ServiceTier | None:
        """The best tier that these lines give."""
        best = None
        for line in lines:
            plan = self.plans.get(line.sku) if line.sku else None
            tier = self.tiers[plan.tier] if plan and plan.tier else None
            best = better(best, tier)
        return best

    def holds(self, lines: Iterable[Line], feature: str) -> bool:
        """Whether these lines give the feature, or a tier at least as good as the one of that name."""
        asked = self.tiers.get(feature)
        for line in lines:
            if line.sku and (plan := self.plans.get(line.sku)):
                if feature in plan.features:
                    return True
                if asked and plan.tier and self.tiers[plan.tier].rank >= asked.rank:
                    return True
        return False


def better(one: ServiceTier | None, other: ServiceTier | None) -> ServiceTier | None:
    """The tier of the higher rank; by name when they rank alike, so the order of facts never matters."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda tier: (tier.rank, tier.name))

"""A subscription was changed, paused, resumed or ended: who is to show it?"""

from process_apis.subscription_changes.flow import follow_subscription
from process_apis.subscription_changes.receiving import SUBSCRIBER

__all__ = ["SUBSCRIBER", "follow_subscription"]

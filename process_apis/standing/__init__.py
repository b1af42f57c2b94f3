"""What do CRM and support show of what billing and we know of an account?"""

from process_apis.standing.flow import follow, show_standing
from process_apis.standing.risks import at_risk, clear

__all__ = ["at_risk", "clear", "follow", "show_standing"]

"""What does the demo tell its user to try?"""

from pathlib import Path
from typing import Any


def invitation(data: Path, known: dict[str, Any]) -> str:
    """Lines to copy: each answers at once. The people's credentials are in files, one header each."""
    base, people = known["base_url"], known["people"]
    parent = people["portal_parent"]["account"]
    stripe, agent = known["platforms"]["stripe"]["sim_url"], data / "as" / "agent"

    def curl(who: str, path: str) -> str:
        return f"    curl -s -H @{data / 'as' / who} '{base}{path}'"

    return "\n".join(
        (
            "A customer looks at their own account, then at their invoices:",
            curl("portal_parent", "/portal/v2/account"),
            curl("portal_parent", "/portal/v2/invoices?limit=5"),
            "",
            "An agent finds an account, then looks at it with the owner of every attribute:",
            curl("agent", f"/agent/v1/accounts?query={parent}"),
            curl("agent", f"/agent/v1/accounts/{parent}?provenance=full"),
            curl("agent", f"/agent/v1/accounts/{parent}/timeline?limit=10"),
            "",
            "May this customer use analytics? And the same account with the billing system down:",
            curl("agent", f"/agent/v1/accounts/{parent}/entitlements/analytics"),
            f'    curl -s -X POST {stripe}/faults -d \'{{"fault": "down"}}\'',
            curl("agent", f"/agent/v1/accounts/{parent}"),
            f"    curl -s -X DELETE {stripe}/faults",
            "",
            "A payment fails: who knows, and what was done about it? Then it is paid, and all is well again:",
            f"    INVOICE=$(curl -s -X POST {stripe}/fail-payment | cut -d'\"' -f4)",
            f'    ACCOUNT=$(curl -s -H @{agent} "{base}/agent/v1/accounts?query=$INVOICE" | cut -d\'"\' -f6)',
            f'    curl -s -H @{agent} "{base}/agent/v1/accounts/$ACCOUNT/timeline?limit=8"',
            f'    curl -s -H @{data / "as" / "operator"} "{base}/operations/v1/runs?query=$INVOICE"',
            f'    curl -s -X POST {stripe}/pay -d "{{\\"invoice\\": \\"$INVOICE\\"}}"',
            "",
            f"People and keys: {data / 'demo.json'}   Documents: {base}/docs   End: Ctrl-C",
        )
    )

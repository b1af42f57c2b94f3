"""Are the numbers about platforms and consumers those that the platforms and the consumers know?"""

from collections import Counter

import httpx
import msgspec
from prometheus_client.parser import text_string_to_metric_families

from tests.journeys.conftest import Demo

Rows = dict[tuple[str, frozenset[tuple[str, str]]], float]


def numbers(demo: Demo) -> Rows:
    """What Prometheus would read now."""
    settings = msgspec.toml.decode((demo.data / "tieline.toml").read_bytes())
    answer = httpx.get(f"http://{settings['telemetry']['metrics']}/metrics", trust_env=False)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def grown(before: Rows, after: Rows, name: str, **labels: str) -> float:
    """How much the rows of a metric that have these labels have grown."""
    return sum(
        value - before.get((one, has), 0)
        for (one, has), value in after.items()
        if one == name and labels.items() <= dict(has).items()
    )


def test_a_platform_in_trouble_is_seen_in_numbers(demo: Demo) -> None:
    before = numbers(demo)
    demo.fault("zendesk", "error_500")
    account = demo.account("portal_small")
    pictures = [demo.ask("agent", f"/agent/v1/accounts/{account}").json() for _ in range(4)]
    after = numbers(demo)
    calls = "tieline_upstream_duration_seconds_count"
    assert grown(before, after, calls, connection="zendesk", outcome="Unavailable") >= 1
    assert grown(before, after, "tieline_upstream_retries_total", connection="zendesk") >= 1
    state = pictures[-1]["parts"]["cases"]["state"]
    assert state != "fresh"
    assert grown(before, after, "tieline_account_360_parts_total", state=state, part="cases") >= 1
    well = frozenset({"connection": "zendesk", "platform": "zendesk", "state": "ok"}.items())
    assert after["tieline_connection_state", well] == 0


def test_consumers_layers_and_versions_are_told_apart(demo: Demo) -> None:
    account = demo.account("portal_small")
    entitlements = f"v1/accounts/{account}/entitlements/sso"
    asked = [
        ("portal_small", "/portal/v1/account", ("experience", "portal", "v1")),
        ("portal_small", "/portal/v2/account", ("experience", "portal", "v2")),
        ("agent", f"/agent/{entitlements}", ("experience", "agent", "v1")),
        ("internal", f"/process/entitlement/{entitlements}", ("process", "process.entitlement", "v1")),
        ("internal", "/system/crm/v1/salesforce/health", ("system", "system.crm", "v1")),
        ("partner", "/partners/v1/accounts", ("experience", "partners", "v1")),
    ]
    before, truth = numbers(demo), Counter[tuple[str, str, str]]()
    for name, path, where in asked:
        for _ in range(3):
            assert demo.ask(name, path).status_code == 200, path
            truth[where] += 1
    after = numbers(demo)
    for (layer, api, version), count in truth.items():
        said = {"layer": layer, "api": api, "version": version, "status": "2xx"}
        assert grown(before, after, "tieline_requests_total", **said) == count, said
    ageing = "tieline_requests_deprecated_total"
    assert grown(before, after, ageing, api="portal", version="v1", client="demo") == 3
    assert grown(before, after, ageing) == 3

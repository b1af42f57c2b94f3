"""How do internal callers ask a system over HTTP? (`crm`, `billing`, `support`, `erp`: a `router` each)"""

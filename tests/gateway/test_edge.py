"""Does what must hold for every answer hold, for a 404 and a 500 too?"""


async def test_a_known_caller_gets_an_answer(visit) -> None:
    door = await visit()
    answer = await door.get("/things/v1/things/x")
    print(answer.headers, answer.text)
    assert answer.json() == {"name": "x", "of": "anna"}
    for p in (
        "/livez",
        "/readyz",
        "/nope",
        "/things/v1/things/bug",
        "/things/v1/things/gone",
        "/things/v1/things/busy",
        "/things/v1/secret",
        "/things/v1/forgotten",
        "/things/v1/things?limit=0&x=1",
        "/things/v1/things?limit=99",
        "/things/v1/things?limit=3",
        "/docs",
        "/problems/validation",
    ):
        a = await door.get(p)
        print(p, a.status_code, dict(a.headers), a.text[:400])
    a = await door.options("/things/v1/things")
    print(a.status_code, a.headers, a.text)
    a = await door.head("/things/v1/things")
    print(a.status_code, a.headers, a.text)
    a = await door.post(
        "/things/v1/checks", json={"checks": [{"account": "x", "count": 0}, {"account": 3}], "more": 1}
    )
    print(a.status_code, a.headers, a.text)
    a = await door.post("/things/v1/checks", content=b"{", headers={"content-type": "application/json"})
    print(a.status_code, a.headers, a.text)
    a = await door.post(
        "/things/v1/checks", content=b"[" * 100000, headers={"content-type": "application/json"}
    )
    print(a.status_code, a.headers, a.text)
    a = await door.post("/things/v1/checks", content=b"<x/>", headers={"content-type": "text/xml"})
    print(a.status_code, a.headers, a.text)
    a = await door.put("/things/v1/checks", content=b"<x/>", headers={"content-type": "text/xml"})
    print(a.status_code, a.headers, a.text)

"""Is there a page behind each kind of problem that our documents name?"""

from urllib.parse import urlsplit

import pytest

from gateway.api import Api
from gateway.kinds import BY_CODE
from gateway.published import PUBLISHED
from tests.contracts.test_documents import committed
from tests.journeys.conftest import Demo


def codes_of(api: Api) -> dict[str, str]:
    """The problems that a document shows, each by its code, with its `type`."""
    return {
        example["value"]["code"]: example["value"]["type"]
        for answer in committed(api)["components"]["responses"].values()
        for content in answer.get("content", {}).values()
        for example in content["examples"].values()
    }


@pytest.mark.parametrize("api", PUBLISHED, ids=lambda api: api.document)
def test_a_document_names_only_problems_there_are(api: Api) -> None:
    codes = codes_of(api)
    assert codes.keys() <= BY_CODE.keys()
    assert codes != {}


def test_each_type_of_problem_in_a_document_leads_to_its_page(open_house: Demo) -> None:
    types = {code: type_ for api in PUBLISHED for code, type_ in codes_of(api).items()}
    for code, type_ in types.items():
        page = open_house.http.get(urlsplit(type_).path)
        assert page.status_code == 200, type_
        assert code in page.text
        assert BY_CODE[code].title in page.text


def test_the_type_of_a_problem_that_was_met_is_an_address_of_this_house(open_house: Demo) -> None:
    refused = open_house.ask(None, "/portal/v2/account").json()
    page = open_house.http.get(refused["type"])
    assert page.status_code == 200
    assert refused["code"] in page.text


def test_a_problem_there_is_not_has_no_page(open_house: Demo) -> None:
    assert open_house.http.get("/problems/bad_hair").status_code == 404

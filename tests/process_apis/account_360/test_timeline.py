"""Is every moment of an account reached, page by page?"""

from canonical.caller import EVERYONE
from process_apis import account_360, cursors
from process_apis.account_360 import Moment
from tests import builders as a
from tests.fakes import World
from tests.process_apis.account_360.conftest import ID


async def test_a_title_of_any_length_hides_no_older_moment(customer: World) -> None:
    customer.support.tickets = [a.case(str(n), "org_1", subject="請求書について" * 30) for n in range(3)]
    whole = await account_360.timeline(ID, EVERYONE, None, 50)
    seen: list[Moment] = []
    cursor = None
    while True:
        page = await account_360.timeline(ID, EVERYONE, cursor, 1)
        seen += page.items
        if (cursor := page.next_cursor) is None:
            break
        assert len(cursor) <= cursors.MAX_LENGTH
    assert seen == list(whole.items)
    assert len([one for one in seen if one.kind == "case.opened"]) == 3

"""How is what DBOS keeps written down?"""

from typing import Any

import msgspec
from dbos import Serializer

from process_apis.durable.written import Failure, Kept


class Json(Serializer):
    """Step results as JSON, with a letter for what they are; errors only by name. Nothing is executed."""

    def name(self) -> str:
        return "tieline_json"

    def serialize(self, data: Any) -> str:
        if isinstance(data, Kept):
            return "k" + msgspec.json.encode(data).decode()
        if isinstance(data, Failure):
            return "f" + msgspec.json.encode(data).decode()
        if isinstance(data, BaseException):
            return "e" + msgspec.json.encode((type(data).__name__, str(data))).decode()
        return "j" + msgspec.json.encode(data).decode()

    def deserialize(self, serialized_data: str) -> Any:
        letter, text = serialized_data[:1], serialized_data[1:]
        if letter == "k":
            return msgspec.json.decode(text, type=Kept)
        if letter == "f":
            return msgspec.json.decode(text, type=Failure)
        if letter == "e":
            return RuntimeError(": ".join(msgspec.json.decode(text, type=tuple[str, str])))
        return msgspec.json.decode(text)

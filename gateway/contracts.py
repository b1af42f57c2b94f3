"""What have we promised? (the committed documents: written, compared with the code, served)"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gateway.api import Api
from gateway.documents import document
from gateway.operations import PUBLIC

DOCUMENTS = Path(__file__).resolve().parent.parent / "openapi"


def written(api: Api, dependencies: Iterable[str] = ()) -> bytes:
    """A document as it is committed: the same bytes for the same code."""
    return msgspec.json.format(msgspec.json.encode(document(api, dependencies)), indent=2) + b"\n"


def write(apis: Iterable[Api], folder: Path = DOCUMENTS, dependencies: Iterable[str] = ()) -> list[Path]:
    """Write each document, and remove those of APIs that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    names = tuple(dependencies)
    contents = {_file(folder, api): written(api, names) for api in apis}
    for left_over in set(folder.glob("*.json")) - contents.keys():
        left_over.unlink()
    for file, content in contents.items():
        file.write_bytes(content)
    return list(contents)


def check(apis: Iterable[Api], folder: Path = DOCUMENTS, dependencies: Iterable[str] = ()) -> list[str]:
    """What of the committed documents is not what the code serves, one sentence each; none: all is well."""
    names, known = tuple(dependencies), tuple(apis)
    files = {_file(folder, api) for api in known}
    return [
        *_differences(known, folder, names),
        *(f"{file.name}: no such API is published" for file in sorted({*folder.glob("*.json")} - files)),
    ]


def _differences(apis: Iterable[Api], folder: Path, names: tuple[str, ...]) -> Iterator[str]:
    for api in apis:
        file = _file(folder, api)
        if not file.exists():
            yield f"{file.name}: not written yet"
        elif file.read_bytes() != written(api, names):
            yield f"{file.name}: differs from what the code serves"


def _file(folder: Path, api: Api) -> Path:
    return folder / f"{api.document}.json"


def document_routes(apis: Iterable[Api], folder: Path = DOCUMENTS) -> list[HTTPRouteHandler]:
    """`/openapi/{document}.json`: the committed bytes, read once at start. Raises FileNotFoundError."""
    documents = {f"{api.document}.json": _file(folder, api).read_bytes() for api in apis}

    @get("/openapi/{name:str}", opt={PUBLIC: True})
    async def openapi(name: FromPath[str]) -> Response[bytes]:
        """One API in one version, as promised."""
        if name not in documents:
            raise NotFoundException
        return Response(documents[name], media_type="application/json", headers={"Cache-Control": "no-cache"})

    return [openapi]

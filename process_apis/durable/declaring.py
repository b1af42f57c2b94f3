"""What is a flow, and what is a step?"""

import inspect
import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from functools import cached_property, wraps
from typing import Any, Final, Generic, ParamSpec, TypeVar, TypeVarTuple, Unpack, get_type_hints, overload

import msgspec

from process_apis.durable import machine
from process_apis.durable.here import going
from process_apis.durable.policy import PLATFORM, Policy, Tried
from process_apis.durable.stepping import once
from process_apis.durable.written import named
from process_apis.errors import WrongInput

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{2,59}")
A_DAY: Final = timedelta(days=1)


class Flow(Generic[T, *Ts]):
    """A durable process: a module-level async function, with a name that stays when the function moves.

    `patience` is how long a run waits for what is down before it needs a person. Called as a function, it
    runs inside the present run, or outside any run without a memory.
    """

    def __init__(
        self, name: str, function: Callable[[Unpack[Ts]], Coroutine[Any, Any, T]], patience: timedelta
    ) -> None:
        self.name = name
        self.function = function
        self.patience = patience

    def __call__(self, *args: *Ts) -> Coroutine[Any, Any, T]:
        return self.function(*args)

    def write(self, args: tuple[Any, ...]) -> bytes:
        """The input of a run as it is kept: a JSON object by the names of the parameters.

        Raises TypeError when the function would not take them, or they are no JSON.
        """
        bound = inspect.signature(self.function).bind(*args)
        bound.apply_defaults()
        written = msgspec.json.encode(bound.arguments)
        self.arguments(written)
        return written

    def arguments(self, written: bytes) -> tuple[Any, ...]:
        """The arguments again. Raises WrongInput, which names what does not fit."""
        try:
            return msgspec.structs.astuple(msgspec.json.decode(written, type=self._input))
        except msgspec.DecodeError as error:
            raise WrongInput(self.name, str(error)) from error

    def outcome(self, written: bytes) -> T:
        """The outcome again."""
        read: T = self._outcome.decode(written)
        return read

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @cached_property
    def _input(self) -> type[msgspec.Struct]:
        names = inspect.signature(self.function).parameters
        return msgspec.defstruct(
            "Input", [(name, self._hints.get(name, Any)) for name in names], forbid_unknown_fields=True
        )

    @cached_property
    def _outcome(self) -> msgspec.json.Decoder[Any]:
        return msgspec.json.Decoder(self._hints.get("return", Any))

    def check(self) -> None:
        """Raise TypeError when what it takes or returns cannot be kept as JSON and read again."""
        msgspec.json.Decoder(self._input)
        msgspec.json.Decoder(self._hints.get("return", Any))


FLOWS: dict[str, Flow[Any, *tuple[Any, ...]]] = {}
"""Every flow that this process has imported, by name."""


def flow(
    name: str, patience: timedelta = A_DAY
) -> Callable[[Callable[[Unpack[Ts]], Coroutine[Any, Any, T]]], Flow[T, *Ts]]:
    """Make a module-level async function a flow of this name. Raises ValueError for a name that is taken.

    What it takes and returns is kept as JSON and read again by the annotations.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a flow: {_NAME.pattern}")

    def declare(function: Callable[[Unpack[Ts]], Coroutine[Any, Any, T]]) -> Flow[T, *Ts]:
        declared = Flow(name, function, patience)
        if (known := FLOWS.get(name)) and named(known.function) != named(function):
            raise ValueError(f"{named(known.function)} is a flow {name} already")
        FLOWS[name] = declared
        return declared

    return declare


@overload
def step(policy: Callable[P, Coroutine[Any, Any, T]], /) -> Callable[P, Coroutine[Any, Any, T]]: ...
@overload
def step(
    policy: Policy = PLATFORM, /
) -> Callable[[Callable[P, Coroutine[Any, Any, T]]], Callable[P, Coroutine[Any, Any, T]]]: ...


def step(policy: Any = PLATFORM, /) -> Any:
    """Make a module-level async function a step: `@step` or `@step(Policy(attempts=6))`.

    In a flow it is done once, however often the node dies: what it returned or raised is remembered, and read
    again by its annotations. It may be *asked* more than once (a node dies before the answer is kept), so
    its writes carry `durable.key()`. Raises the platform's own error after its attempts. Called inside
    another step, or outside a run, it is only tried as its policy says.
    """
    if isinstance(policy, Policy):
        return lambda function: _step(function, policy)
    return _step(policy, PLATFORM)


def _step(
    function: Callable[P, Coroutine[Any, Any, T]], policy: Policy
) -> Callable[P, Coroutine[Any, Any, T]]:
    name = function.__name__

    @wraps(function)
    async def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        tried = Tried(policy, name)
        if (run := going.get()) is None or not machine.standing():
            return await tried.result(lambda: function(*args, **kwargs))
        returns = get_type_hints(function, include_extras=True).get("return", Any)
        result: T = await once(run, name, tried, lambda: function(*args, **kwargs), returns)
        return result

    return asked

"""Of all that one address has asked for, one answer at a time goes out."""

import asyncio
import gc
import socket
from collections import Counter

import pytest

from lab_helpers.serve import turns
from lab_helpers.serve.turns import CHUNK, TooSlow, Turns


def sent_by(answers: dict[str, int], seconds: float = 0.5) -> Counter[str]:
    """Chunks that each address gets in some time, by asking for so many answers at once."""
    came, busy = Counter[str](), Counter[str]()

    async def go() -> None:
        link = Turns()

        async def one(address: str) -> None:
            async def hand_over(_at: int, _size: int) -> None:
                busy[address] += 1
                assert busy[address] == 1, "two of one address at once"
                await asyncio.sleep(0.002)
                busy[address] -= 1
                came[address] += 1

            with socket.socket() as connection:
                while True:
                    await link.send(address, range(4 * CHUNK), connection, hand_over)

        tasks = [
            asyncio.create_task(one(who)) for who, many in answers.items() for _ in range(many)
        ]
        done, _ = await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        assert not done, [task.exception() for task in done]

    asyncio.run(go())
    return came


def test_eight_answers_are_no_faster_than_one() -> None:
    came = sent_by({"ada": 1, "ben": 8, "cem": 1})
    assert min(came.values()) > 10
    assert max(came.values()) < 1.3 * min(came.values()), came


def test_the_parts_on_the_way_are_equal_and_few(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[tuple[int, int]] = []

    async def go(addresses: int) -> None:
        link = Turns()
        everybody = asyncio.Event()

        async def one(number: int) -> None:
            async def hand_over(_at: int, _size: int) -> None:
                await everybody.wait()
                await asyncio.sleep(0.05)  # so that the first turn is over: the second one counts

            with socket.socket() as connection:
                await link.send(f"{number}", range(2 * CHUNK), connection, hand_over)
                parts.append((number, connection.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)))

        monkeypatch.setattr(turns, "TURN", 0.02)
        tasks = [asyncio.create_task(one(number)) for number in range(addresses)]
        await asyncio.sleep(0.1)
        everybody.set()
        await asyncio.gather(*tasks)

    for addresses in (1, 8, 40):
        parts.clear()
        asyncio.run(go(addresses))
        each = {part for _, part in parts}
        assert len(parts) == addresses and len(each) == 1
        assert sum(part for _, part in parts) <= max(turns.ON_THE_WAY, addresses * turns.LEAST)


def test_who_takes_nothing_passes_the_turn_on_and_is_put_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "TURN", 0.05)
    monkeypatch.setattr(turns, "SLOWEST", 0.3)

    async def go() -> None:
        link, came = Turns(), []

        async def never(_at: int, _size: int) -> None:
            await asyncio.sleep(60)

        async def at_once(at: int, _size: int) -> None:
            came.append(at)

        with socket.socket() as connection:
            stuck = asyncio.create_task(link.send("ada", range(CHUNK), connection, never))
            await asyncio.sleep(0)
            await asyncio.wait_for(link.send("ada", range(3 * CHUNK), connection, at_once), 0.25)
            assert came == [0, CHUNK, 2 * CHUNK] and not stuck.done()
            with pytest.raises(TooSlow):
                await stuck

    asyncio.run(go())


def test_what_fails_while_all_is_ended_is_no_news() -> None:
    news = list[dict]()

    async def go() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: news.append(context))
        begun = asyncio.Event()

        async def breaks(_at: int, _size: int) -> None:
            begun.set()
            await asyncio.sleep(0)
            raise ConnectionError

        with socket.socket() as connection:
            sending = asyncio.create_task(Turns().send("a", range(CHUNK), connection, breaks))
            await begun.wait()
            sending.cancel()
            await asyncio.wait({sending})
            assert sending.cancelled()
            await asyncio.sleep(0.01)

    asyncio.run(go())
    gc.collect()
    assert news == []

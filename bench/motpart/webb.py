"""What the lists are compared with: the same fifty rows of the same table, by the quickest way there is and by the usual one.

Runs in the benchmarks' own environment: `python webb.py <PostgreSQL URL> <port>`.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import asyncpg
import orjson
import uvicorn
from fastapi import FastAPI, Response
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

URL, PORT = sys.argv[1], int(sys.argv[2])
FRAGA = """SELECT id, nummer, process, tillstand, enhet, dag, version FROM arende
            WHERE klardag IS NULL AND enhet = $1 ORDER BY dag, id LIMIT 50"""


class Arende(SQLModel, table=True):
    """The columns of the case table that a list shows."""

    id: int = Field(primary_key=True)
    nummer: str
    process: str
    tillstand: str
    enhet: str
    dag: date
    klardag: date | None
    version: int


class Rad(SQLModel):
    """One row of the answer."""

    id: int
    nummer: str
    process: str
    tillstand: str
    enhet: str
    dag: date
    version: int


motor = create_async_engine(URL.replace("postgresql://", "postgresql+asyncpg://"), pool_size=8)


@asynccontextmanager
async def liv(app: FastAPI) -> AsyncIterator[None]:
    app.state.pool = await asyncpg.create_pool(URL, min_size=8, max_size=8)
    yield
    await app.state.pool.close()
    await motor.dispose()


app = FastAPI(lifespan=liv)


@app.get("/hej")
async def hej() -> str:
    return "hej"


@app.get("/snabbast")
async def snabbast() -> Response:
    rader = await app.state.pool.fetch(FRAGA, "familjehem")
    return Response(orjson.dumps([dict(r) for r in rader]), media_type="application/json")


@app.get("/vanligt", response_model=list[Rad])
async def vanligt() -> list[Arende]:
    fraga = select(Arende).where(Arende.klardag.is_(None), Arende.enhet == "familjehem").order_by(Arende.dag, Arende.id).limit(50)
    async with AsyncSession(motor) as session:
        return list((await session.exec(fraga)).all())


if __name__ == "__main__":
    uvicorn.run(app, port=PORT, log_level="error", access_log=False)

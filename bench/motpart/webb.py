"""What the lists are compared with: the same fifty cases with their limits, officers and number, by the quickest way there is, by
the usual one, and by the usual one that first asks who it is.

Runs in the benchmarks' own environment: `python webb.py <PostgreSQL URL> <port>`.
"""

import hashlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Annotated

import asyncpg
import orjson
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import DateTime, func
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

URL, PORT = sys.argv[1], int(sys.argv[2])
FRAGA = """
SELECT a.id, a.nummer, a.process, a.tillstand, a.enhet, a.dag, a.version, a.narmast_frist AS frist,
       a.narmast_forfaller AS forfaller, a.narmast_status AS status,
       a.handlaggare, n.namn AS handlaggare_namn, count(*) OVER () AS alla
  FROM arende a LEFT JOIN anvandare n ON n.id = a.handlaggare
 WHERE a.klardag IS NULL AND a.avslutad IS NULL AND a.enhet = $1 ORDER BY a.narmast, a.id LIMIT 50"""


class Arende(SQLModel, table=True):
    """The columns of the case table that a list shows or is chosen by."""

    id: int = Field(primary_key=True)
    nummer: str
    process: str
    tillstand: str
    enhet: str
    dag: date
    klardag: date | None
    avslutad: datetime | None
    narmast: date | None
    narmast_frist: str | None
    narmast_forfaller: date | None
    narmast_status: str | None
    handlaggare: int | None
    version: int


class Anvandare(SQLModel, table=True):
    """The same of the people."""

    id: int = Field(primary_key=True)
    namn: str
    aktiv: bool


class Nyckel(SQLModel, table=True):
    """A token, of which only the hash is kept."""

    __tablename__ = "apinyckel"
    hash: str = Field(primary_key=True)
    anvandare_id: int
    upphor: datetime | None = Field(sa_type=DateTime(timezone=True))


class Uppdrag(SQLModel, table=True):
    """Who leads or works where, from one day to another."""

    id: int = Field(primary_key=True)
    anvandare_id: int
    roll: str
    enhet: str
    fran: date
    till: date | None


class Rad(SQLModel):
    """One row of the answer."""

    id: int
    nummer: str
    process: str
    tillstand: str
    enhet: str
    dag: date
    version: int
    frist: str | None
    forfaller: date | None
    status: str | None
    handlaggare: int | None
    handlaggare_namn: str | None


class Svar(SQLModel):
    """One page, and how many there are on all of them."""

    antal: int
    arenden: list[Rad]


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
    rader = [dict(r) for r in await app.state.pool.fetch(FRAGA, "familjehem")]
    return Response(orjson.dumps({"antal": rader[0]["alla"] if rader else 0, "arenden": rader}), media_type="application/json")


async def session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(motor) as session:
        yield session


Session = Annotated[AsyncSession, Depends(session)]
Visat = Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]


async def enheterna(session: Session, visat: Visat) -> list[str]:
    """The units of the one whose token it is, today."""
    nu, nyckel = datetime.now(UTC), hashlib.sha256(visat.credentials.encode()).hexdigest()  # noqa: TID251 — another program's
    vem = (
        await session.exec(
            select(Anvandare.id)
            .join(Nyckel, Nyckel.anvandare_id == Anvandare.id)
            .where(Nyckel.hash == nyckel, Nyckel.upphor.is_(None) | (Nyckel.upphor > nu), Anvandare.aktiv)
        )
    ).one_or_none()
    if vem is None:
        raise HTTPException(401)
    har = select(Uppdrag.enhet).where(
        Uppdrag.anvandare_id == vem, Uppdrag.fran <= nu.date(), Uppdrag.till.is_(None) | (Uppdrag.till >= nu.date())
    )
    return list((await session.exec(har)).all())


async def listan(session: AsyncSession, *mer: object) -> Svar:
    vilka = (Arende.klardag.is_(None), Arende.avslutad.is_(None), Arende.enhet == "familjehem", *mer)
    fraga = (
        select(Arende, Anvandare)
        .outerjoin(Anvandare, Anvandare.id == Arende.handlaggare)
        .where(*vilka)
        .order_by(Arende.narmast, Arende.id)
        .limit(50)
    )
    antal = (await session.exec(select(func.count()).select_from(Arende).where(*vilka))).one()
    rader = (await session.exec(fraga)).all()
    return Svar(
        antal=antal,
        arenden=[
            Rad(
                **a.model_dump(), frist=a.narmast_frist, forfaller=a.narmast_forfaller, status=a.narmast_status,
                handlaggare_namn=n.namn if n else None,
            )
            for a, n in rader
        ],
    )  # fmt: skip


@app.get("/vanligt")
async def vanligt() -> Svar:
    async with AsyncSession(motor) as session:
        return await listan(session)


@app.get("/inloggat")
async def inloggat(session: Session, enheter: Annotated[list[str], Depends(enheterna)]) -> Svar:
    return await listan(session, Arende.enhet.in_(enheter))


if __name__ == "__main__":
    uvicorn.run(app, port=PORT, log_level="error", access_log=False)

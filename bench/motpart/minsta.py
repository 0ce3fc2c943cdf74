"""What the start is compared with: as little as such a program can be, on the same server.

FastAPI with one route that reads one SQLModel table, made or found at the start, and APScheduler with one job kept in PostgreSQL.

Runs in Vaka's own environment: `python minsta.py <PostgreSQL URL> <port>`.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from fastapi import FastAPI
from sqlmodel import Field, Session, SQLModel, create_engine, select

motor = create_engine(sys.argv[1].replace("postgresql://", "postgresql+psycopg://"))


class Rad(SQLModel, table=True):
    """The table."""

    __tablename__ = "minsta"
    id: int | None = Field(default=None, primary_key=True)
    namn: str


def nagot() -> None:
    """The job."""


@asynccontextmanager
async def liv(app: FastAPI) -> AsyncIterator[None]:
    SQLModel.metadata.create_all(motor)
    with Session(motor) as session:
        if session.exec(select(Rad)).first() is None:
            session.add(Rad(namn="hej"))
            session.commit()
    klocka = AsyncIOScheduler(jobstores={"default": SQLAlchemyJobStore(engine=motor, tablename="minsta_jobb")})
    klocka.add_job(nagot, "interval", hours=1, id="nagot", replace_existing=True)
    klocka.start()
    yield
    klocka.shutdown()


app = FastAPI(lifespan=liv)


@app.get("/logga-in")
def svara() -> list[Rad]:
    with Session(motor) as session:
        return list(session.exec(select(Rad)))


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[2]), log_level="error")

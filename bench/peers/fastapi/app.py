"""FastAPI as most people write it: plain functions, SQLAlchemy, PyMySQL."""
import datetime
import os
from typing import List

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

engine = create_engine(
    URL.create(
        "mysql+pymysql",
        username=os.environ["PEER_USER"],
        password=os.environ["PEER_PASSWORD"],
        host="localhost",
        database="atrium_peers",
        query={"unix_socket": os.environ["PEER_SOCKET"], "charset": "utf8mb4"},
    ),
    pool_size=20,
    max_overflow=20,
)
app = FastAPI()


class Pair(BaseModel):
    k: str
    v: str


class Batch(BaseModel):
    items: List[Pair]


def caller(authorization: str = Header(None)) -> int:
    if not authorization or not authorization.startswith("Bearer "):
        raise HTTPException(401, "Not authenticated")
    try:
        claims = jwt.decode(
            authorization[7:], os.environ["PEER_SECRET"], algorithms=["HS256"]
        )
        return int(claims["sub"])
    except Exception:
        raise HTTPException(401, "Could not validate credentials")


@app.get("/products")
def products(limit: int = 20, after: int = 0):
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT id, sku, name, description, category, price, currency,"
                " stock, created_at FROM products WHERE id > :after"
                " ORDER BY id LIMIT :n"
            ),
            {"after": after, "n": min(limit, 100)},
        ).all()
    data = [dict(row._mapping) for row in rows]
    return {"data": data, "next": data[-1]["id"] if data else None}


@app.post("/kv", status_code=201)
def write(batch: Batch, user: int = Depends(caller)):
    now = datetime.datetime.utcnow()
    with engine.begin() as connection:
        for pair in batch.items:
            connection.execute(
                text(
                    "INSERT INTO kv (user_id, k, v, updated_at)"
                    " VALUES (:user, :k, :v, :now) ON DUPLICATE KEY"
                    " UPDATE v = VALUES(v), updated_at = VALUES(updated_at)"
                ),
                {"user": user, "k": pair.k, "v": pair.v, "now": now},
            )
    return {"written": [pair.k for pair in batch.items]}

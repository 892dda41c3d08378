"""FastAPI with coroutines and an aiomysql pool, without an ORM."""
import datetime
import os
from typing import List

import aiomysql
import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

app = FastAPI()


class Pair(BaseModel):
    k: str
    v: str


class Batch(BaseModel):
    items: List[Pair]


@app.on_event("startup")
async def connect():
    app.state.pool = await aiomysql.create_pool(
        unix_socket=os.environ["PEER_SOCKET"],
        user=os.environ["PEER_USER"],
        password=os.environ["PEER_PASSWORD"],
        db="atrium_peers",
        charset="utf8mb4",
        minsize=4,
        maxsize=20,
        autocommit=True,
    )


async def caller(authorization: str = Header(None)) -> int:
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
async def products(limit: int = 20, after: int = 0):
    async with app.state.pool.acquire() as connection:
        async with connection.cursor(aiomysql.DictCursor) as cursor:
            await cursor.execute(
                "SELECT id, sku, name, description, category, price, currency,"
                " stock, created_at FROM products WHERE id > %s"
                " ORDER BY id LIMIT %s",
                (after, min(limit, 100)),
            )
            data = await cursor.fetchall()
    return {"data": data, "next": data[-1]["id"] if data else None}


@app.post("/kv", status_code=201)
async def write(batch: Batch, user: int = Depends(caller)):
    now = datetime.datetime.utcnow()
    async with app.state.pool.acquire() as connection:
        async with connection.cursor() as cursor:
            await connection.begin()
            try:
                for pair in batch.items:
                    await cursor.execute(
                        "INSERT INTO kv (user_id, k, v, updated_at)"
                        " VALUES (%s, %s, %s, %s) ON DUPLICATE KEY UPDATE"
                        " v = VALUES(v), updated_at = VALUES(updated_at)",
                        (user, pair.k, pair.v, now),
                    )
                await connection.commit()
            except BaseException:
                await connection.rollback()
                raise
    return {"written": [pair.k for pair in batch.items]}

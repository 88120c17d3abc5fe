"""Append-only journals of a live session: SQLite and PostgreSQL, with a hash chain.

A record is on disk before it is acknowledged, and what was acknowledged is found again, in its
order, or the journal says which record is damaged. What a record means is not known here.

    records     canonical JSON and the chain of hashes
    log         the append-only file beside a SQLite database
    store       the database, through SQLAlchemy Core; dialects holds what differs
    writer      group commit and the tickets that callers wait for
    recovery    bringing file and database together when a journal is opened
    checking    verify and repair
    journal     what callers use
"""

"""The diagnostics of journals: codes E601 to E609 and I601 to I609."""

from __future__ import annotations

from stdrules.base.diagnostics import Severity, register

DAMAGED = register(
    "E601", Severity.ERROR, "日志记录已损坏", "damaged record of a journal",
    "记录与写入时不同：校验码或散列链不符。`stdrules session repair` 按另一份副本恢复。",
    "the record is not what was written: its checksum or the chain of hashes does not fit; "
    "`stdrules session repair` restores it from the other copy",
)  # fmt: skip
DIFFER = register(
    "E602", Severity.ERROR, "日志文件与数据库不一致", "log and database differ",
    "同一编号的记录在两处内容不同，或两处属于不同的日志。",
    "a record differs between the two, or they belong to different journals",
)  # fmt: skip
DATABASE = register(
    "E603", Severity.ERROR, "日志数据库已损坏", "damaged database of a journal",
    "数据库文件不完整或被改动。", "the file of the database is incomplete or was changed",
)  # fmt: skip
RESTORED = register(
    "I601", Severity.INFO, "日志已补齐", "journal completed",
    "日志文件或数据库少了最后的记录，已按另一份补齐。",
    "the log or the database lacked its last records; they were taken over from the other",
)  # fmt: skip
TORN = register(
    "I602", Severity.INFO, "未写完的记录已删去", "unfinished record cut",
    "最后一条没有写完，也没有确认过，已删去。",
    "the last record was not finished, and had not been acknowledged; it was cut",
)  # fmt: skip
SNAPSHOT = register(
    "I603", Severity.INFO, "快照未采用", "snapshot not used",
    "快照损坏或与记录不符，改为从头重放，结果相同。",
    "the snapshot is damaged or does not fit the records; replay starts earlier, with the same "
    "result",
)  # fmt: skip

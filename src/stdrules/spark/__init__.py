"""Audits on a cluster: PySpark groups facts by case, the columns evaluator judges each partition.

Nothing here shuffles, retries or schedules: that is Spark's work. Needs the extra `spark`.
"""

from stdrules.spark.auditing import SparkAudit, audit, session

__all__ = ["SparkAudit", "audit", "session"]

"""One module a norm kind: each turns a norm of the model into norms of the plan."""

"""FEEL, the expression language of the DMN standard: typed, compiled, without side effects.

Guards, filters and score formulas are written in it. `stdrules.feel.compile` turns text into
a function; `stdrules.feel.interpret` says what the text means, slowly and directly.
"""

"""Large made-up inputs and what a programmer would write by hand for them."""

"""Testing rulesets: their own cases made into facts, and expectations compared with results."""

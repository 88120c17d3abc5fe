"""Reading rulesets: YAML to text trees with positions, trees to the model, folders to rulesets."""

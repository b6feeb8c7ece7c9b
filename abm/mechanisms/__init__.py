"""How the world answers: one small module per mechanism, functions on arrays, no agents."""

"""What runs mean: targets, and how the model compares with them. Reads tables, never a market."""

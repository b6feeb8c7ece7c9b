"""What is shown of the worlds: one view a module, each a function that returns markup."""

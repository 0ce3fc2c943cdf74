"""How a person comes in: the second step of local accounts, and the municipality's own login (OpenID Connect)."""

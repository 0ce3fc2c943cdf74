"""The statutes that cases name, by the code that rule files and forms use."""

from datetime import date

LAGOMRADEN = {"sol": "Socialtjänstlagen (SoL)", "lss": "Lagen om stöd och service (LSS)"}

LAGRUM = {
    "sol_2001": "SoL (2001:453) 4 kap. 1 §",
    "sol_2025": "SoL (2025:400) 11 kap. 1 §",
    "lss": "LSS (1993:387) 9 §",
}

NYA_SOCIALTJANSTLAGEN = date(2025, 7, 1)
"""SoL (2025:400) replaced SoL (2001:453) for decisions from this day (lag.md 17)."""

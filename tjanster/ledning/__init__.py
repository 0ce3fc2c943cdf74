"""For those who lead: how their units are doing now, what comes back across units, and many cases handed over at once.

The database does the counting, through the circle of who asks: no figure is of a case that its reader may not open. The
figures go by the same conditions as the lists that they lead to (`tjanster.arenden.urvalsvillkor`).
"""

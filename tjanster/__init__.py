"""The program around the domain: cases, tables, doors, scheduler, reports and the command line."""

"""The program behind the notices: white list, catalogue, rendering, outbox, SMTP and sending."""

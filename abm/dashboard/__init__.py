"""The teaching app: two markets side by side, month by month, in a browser on this machine.

It needs the extra `app`. Import `abm.dashboard.serve` to start it; the rest needs no browser.
"""

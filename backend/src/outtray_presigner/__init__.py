"""The presigner: gives out URLs under which one document may be stored, for five minutes.

event ──handler──▶ access (who?) ──▶ uploads (which key, which headers?) ──▶ storage (the signature) ──▶ reply
                                 └─▶ fleet (a heartbeat becomes metrics)
"""

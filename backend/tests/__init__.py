"""The checks of the presigner: rules, HTTP, signatures, policies, and the real program against a real S3 server."""

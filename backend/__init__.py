"""The presigner: deployed on AWS (`template.yaml`) or run anywhere (`python -m backend.local`)."""

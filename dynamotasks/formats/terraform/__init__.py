"""Read tables of Terraform: plans and states in JSON, and configurations in HCL or JSON."""

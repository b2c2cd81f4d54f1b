# What Prometheus needs to find its targets: to read, and nothing else.
service_prefix "" { policy = "read" }
node_prefix    "" { policy = "read" }
agent_prefix   "" { policy = "read" }   # it asks the agent for the name of its datacenter

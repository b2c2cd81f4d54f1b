"""The services of the workshop, each in a container: one class a service, on `base.Service`."""

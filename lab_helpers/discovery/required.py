"""Fields that kinds of discovery must have, and what Prometheus says where they are wrong."""

#: fields that must be given, with what Prometheus says where they are not, in its order
REQUIRED = {
    "azure.SDConfig": {"subscription_id": "azure SD configuration requires a subscription_id"},
    "eureka.SDConfig": {"server": "eureka_sd: empty or null eureka server"},
    "gce.SDConfig": {
        "project": "GCE SD configuration requires a project",
        "zone": "GCE SD configuration requires a zone",
    },
    "hetzner.SDConfig": {"role": "role missing (one of: robot, hcloud)"},
    "ionos.SDConfig": {"datacenter_id": "datacenter id can't be empty"},
    "marathon.SDConfig": {"servers": "marathon_sd: must contain at least one Marathon server"},
    "moby.DockerSDConfig": {"host": "host missing"},
    "moby.DockerSwarmSDConfig": {
        "host": "host missing",
        "role": "role missing (one of: tasks, services, nodes)",
    },
    "openstack.SDConfig": {
        "role": "role missing (one of: instance, hypervisor, loadbalancer)",
        "region": "openstack SD configuration requires a region",
    },
    "outscale.SDConfig": {
        "region": "outscale SD configuration requires a region",
        "access_key": "outscale SD configuration requires access_key",
    },
    "ovhcloud.SDConfig": {
        "application_key": "application key can not be empty",
        "application_secret": "application secret can not be empty",
        "consumer_key": "consumer key can not be empty",
    },
    "scaleway.SDConfig": {
        "role": "role missing (one of: instance, baremetal)",
        "project_id": "project_id is mandatory",
    },
    "triton.SDConfig": {
        "account": "triton SD configuration requires an account",
        "dns_suffix": "triton SD configuration requires a dns_suffix",
        "endpoint": "triton SD configuration requires an endpoint",
    },
    "uyuni.SDConfig": {
        "server": "Uyuni SD configuration requires server host",
        "username": "Uyuni SD configuration requires a username",
        "password": "Uyuni SD configuration requires a password",
    },
    "xds.KumaSDConfig": {"server": "kuma SD server must not be empty: "},
    "zookeeper.NerveSDConfig": {
        "servers": "nerve SD config must contain at least one Zookeeper server",
        "paths": "nerve SD config must contain at least one path",
    },
    "zookeeper.ServersetSDConfig": {
        "servers": "serverset SD config must contain at least one Zookeeper server",
        "paths": "serverset SD config must contain at least one path",
    },
}  # fmt: skip
#: kinds of which only the HTTP client is looked at
CLIENTS = ("aws.ECSSDConfig", "aws.ElasticacheSDConfig", "aws.LightsailSDConfig",
            "aws.MSKSDConfig", "aws.RDSSDConfig", "aws.SDConfig", "digitalocean.SDConfig",
            "linode.SDConfig", "nomad.SDConfig", "oci.SDConfig", "vultr.SDConfig")  # fmt: skip
#: what a field must be one of, its default, and what Prometheus says if it is not
CHOICES = {
    "moby.DockerSwarmSDConfig": (
        "role", ("services", "nodes", "tasks"), "tasks",
        "invalid role {}, expected tasks, services, or nodes",
    ),
    "openstack.SDConfig": (
        "availability", ("public", "internal", "admin"), "public",
        "unknown availability {}, must be one of admin, internal or public",
    ),
    "triton.SDConfig": (
        "role", ("container", "cn"), "container",
        "triton SD configuration requires role to be 'container' or 'cn'",
    ),
    "azure.SDConfig": (
        "authentication_method", ("OAuth", "ManagedIdentity", "SDK", "WorkloadIdentity"), "OAuth",
        'unknown authentication_type "{}". Supported types are "OAuth", "ManagedIdentity", "SDK" '
        'or "WorkloadIdentity"',
    ),
}  # fmt: skip
ROLES = {
    "kubernetes.Role": (
        ("node", "pod", "service", "endpoints", "endpointslice", "ingress"),
        'unknown Kubernetes SD role "{value}"',
    ),
    "hetzner.Role": (("robot", "hcloud"), 'unknown role "{value}"'),
    "scaleway.role": (("instance", "baremetal"), 'unknown role "{value}"'),
    "openstack.Role": (
        ("hypervisor", "instance", "loadbalancer"), 'unknown OpenStack SD role "{value}"',
    ),
    "digitalocean.Role": (("droplets", "databases"), 'unknown DigitalOcean SD role "{value}"'),
    "aws.Role": (
        ("ec2", "ecs", "elasticache", "lightsail", "msk", "rds"), 'unknown AWS SD role "{value}"',
    ),
}  # fmt: skip

import { describe, expect, it } from '@jest/globals';
import { findDriver } from '../../drivers/index.js';

/**
 * Options that scripts have been written with, "name:ENVIRONMENT_VARIABLE", without the driver's name before them: those of
 * docker-machine 0.16.2 and of hetzner's driver 5, then what GitLab's and Rancher's forks have added.
 */
const FORMER: Readonly<Record<string, string>> = {
  amazonec2: `
    access-key:AWS_ACCESS_KEY_ID secret-key:AWS_SECRET_ACCESS_KEY session-token:AWS_SESSION_TOKEN ami:AWS_AMI
    region:AWS_DEFAULT_REGION vpc-id:AWS_VPC_ID zone:AWS_ZONE subnet-id:AWS_SUBNET_ID
    security-group-readonly:AWS_SECURITY_GROUP_READONLY security-group:AWS_SECURITY_GROUP open-port tags:AWS_TAGS
    instance-type:AWS_INSTANCE_TYPE device-name:AWS_DEVICE_NAME root-size:AWS_ROOT_SIZE volume-type:AWS_VOLUME_TYPE
    iam-instance-profile:AWS_INSTANCE_PROFILE ssh-port:AWS_SSH_PORT ssh-user:AWS_SSH_USER request-spot-instance
    spot-price block-duration-minutes private-address-only use-private-address monitoring use-ebs-optimized-instance
    ssh-keypath:AWS_SSH_KEYPATH keypair-name:AWS_KEYPAIR_NAME retries endpoint:AWS_ENDPOINT
    insecure-transport:AWS_INSECURE_TRANSPORT userdata:AWS_USERDATA volume-encrypted volume-kms-key:AWS_VOLUME_KMS_KEY
    metadata-token metadata-token-response-hop-limit encrypt-ebs-volume:AWS_ENCRYPT_EBS_VOLUME kms-key:AWS_KMS_KEY
    http-endpoint:AWS_HTTP_ENDPOINT http-tokens:AWS_HTTP_TOKENS http-protocol-ipv6:AWS_HTTP_PROTOCOL_IPV6
    ipv6-address-count:AWS_IPV6_ADDRESS_COUNT enable-primary-ipv6:AWS_ENABLE_PRIMARY_IPV6
    ipv6-address-only:AWS_IPV6_ADDRESS_ONLY http-put-response-hop-limit:AWS_HTTP_PUT_RESPONSE_HOP_LIMIT`,
  azure: `
    environment:AZURE_ENVIRONMENT subscription-id:AZURE_SUBSCRIPTION_ID resource-group:AZURE_RESOURCE_GROUP
    ssh-user:AZURE_SSH_USER docker-port:AZURE_DOCKER_PORT location:AZURE_LOCATION size:AZURE_SIZE image:AZURE_IMAGE
    vnet:AZURE_VNET subnet:AZURE_SUBNET subnet-prefix:AZURE_SUBNET_PREFIX availability-set:AZURE_AVAILABILITY_SET
    custom-data:AZURE_CUSTOM_DATA_FILE private-ip-address storage-type:AZURE_STORAGE_TYPE use-private-ip no-public-ip
    static-public-ip dns:AZURE_DNS_LABEL open-port client-id:AZURE_CLIENT_ID client-secret:AZURE_CLIENT_SECRET
    tenant-id:AZURE_TENANT_ID nsg:AZURE_NSG plan:AZURE_PLAN managed-disks:AZURE_MANAGED_DISKS
    fault-domain-count:AZURE_FAULT_DOMAIN_COUNT update-domain-count:AZURE_UPDATE_DOMAIN_COUNT
    disk-size:AZURE_DISK_SIZE tags:AZURE_TAGS availability-zone:AZURE_AVAILABILITY_ZONE
    enable-public-ip-standard-sku:AZURE_STANDARD_PUBLIC_IP_SKU accelerated-networking:AZURE_ACCELERATED_NETWORKING
    encryption-at-host:AZURE_ENCRYPTION_AT_HOST`,
  digitalocean: `
    access-token:DIGITALOCEAN_ACCESS_TOKEN ssh-user:DIGITALOCEAN_SSH_USER
    ssh-key-fingerprint:DIGITALOCEAN_SSH_KEY_FINGERPRINT ssh-key-path:DIGITALOCEAN_SSH_KEY_PATH
    ssh-port:DIGITALOCEAN_SSH_PORT image:DIGITALOCEAN_IMAGE region:DIGITALOCEAN_REGION size:DIGITALOCEAN_SIZE
    ipv6:DIGITALOCEAN_IPV6 private-networking:DIGITALOCEAN_PRIVATE_NETWORKING backups:DIGITALOCEAN_BACKUPS
    userdata:DIGITALOCEAN_USERDATA monitoring:DIGITALOCEAN_MONITORING tags:DIGITALOCEAN_TAGS`,
  google: `
    zone:GOOGLE_ZONE machine-type:GOOGLE_MACHINE_TYPE machine-image:GOOGLE_MACHINE_IMAGE username:GOOGLE_USERNAME
    project:GOOGLE_PROJECT service-account:GOOGLE_SERVICE_ACCOUNT scopes:GOOGLE_SCOPES disk-size:GOOGLE_DISK_SIZE
    disk-type:GOOGLE_DISK_TYPE network:GOOGLE_NETWORK subnetwork:GOOGLE_SUBNETWORK address:GOOGLE_ADDRESS
    preemptible:GOOGLE_PREEMPTIBLE tags:GOOGLE_TAGS use-internal-ip:GOOGLE_USE_INTERNAL_IP
    use-internal-ip-only:GOOGLE_USE_INTERNAL_IP_ONLY use-existing:GOOGLE_USE_EXISTING open-port
    min-cpu-platform:GOOGLE_MIN_CPU_PLATFORM operation-backoff-initial-interval operation-backoff-randomization-factor
    operation-backoff-multipler operation-backoff-max-interval operation-backoff-max-elapsed-time label metadata
    metadata-from-file accelerator:GOOGLE_ACCELERATOR maintenance-policy:GOOGLE_MAINTENANCE_POLICY
    skip-firewall-create:GOOGLE_SKIP_FIREWALL_CREATE provisioned-iops:GOOGLE_PROVISIONED_IOPS
    provisioned-throughput:GOOGLE_PROVISIONED_THROUGHPUT bulk-insert:GOOGLE_BULK_INSERT region:GOOGLE_REGION
    flex-selection:GOOGLE_FLEX_SELECTION location-zone:GOOGLE_LOCATION_ZONE flex-stockout-cooldown
    cos-docker-network-readiness-gate cos-docker-network-readiness-url cos-tls-via-metadata
    auth-encoded-json:GOOGLE_APPLICATION_CREDENTIALS_ENCODED_JSON external-firewall-rule-prefix
    internal-firewall-rule-prefix userdata:GOOGLE_USERDATA vm-labels`,
  hetzner: `
    api-token:HETZNER_API_TOKEN image:HETZNER_IMAGE image-id:HETZNER_IMAGE_ID image-arch:HETZNER_IMAGE_ARCH
    server-type:HETZNER_TYPE server-location:HETZNER_LOCATION existing-key-id:HETZNER_EXISTING_KEY_ID
    existing-key-path:HETZNER_EXISTING_KEY_PATH user-data:HETZNER_USER_DATA
    user-data-from-file:HETZNER_USER_DATA_FROM_FILE user-data-file:HETZNER_USER_DATA_FILE volumes:HETZNER_VOLUMES
    networks:HETZNER_NETWORKS use-private-network:HETZNER_USE_PRIVATE_NETWORK
    disable-public-ipv4:HETZNER_DISABLE_PUBLIC_IPV4 disable-public-4:HETZNER_DISABLE_PUBLIC_4
    disable-public-ipv6:HETZNER_DISABLE_PUBLIC_IPV6 disable-public-6:HETZNER_DISABLE_PUBLIC_6
    disable-public:HETZNER_DISABLE_PUBLIC primary-ipv4:HETZNER_PRIMARY_IPV4 primary-ipv6:HETZNER_PRIMARY_IPV6
    firewalls:HETZNER_FIREWALLS additional-key:HETZNER_ADDITIONAL_KEYS server-label:HETZNER_SERVER_LABELS
    key-label:HETZNER_KEY_LABELS placement-group:HETZNER_PLACEMENT_GROUP auto-spread:HETZNER_AUTO_SPREAD
    ssh-user:HETZNER_SSH_USER ssh-port:HETZNER_SSH_PORT wait-on-error:HETZNER_WAIT_ON_ERROR
    wait-on-polling:HETZNER_WAIT_ON_POLLING wait-for-running-timeout:HETZNER_WAIT_FOR_RUNNING_TIMEOUT`,
  openstack: `
    auth-url:OS_AUTH_URL insecure:OS_INSECURE cacert:OS_CACERT domain-id:OS_DOMAIN_ID domain-name:OS_DOMAIN_NAME
    username:OS_USERNAME password:OS_PASSWORD tenant-name:OS_TENANT_NAME tenant-id:OS_TENANT_ID region:OS_REGION_NAME
    availability-zone:OS_AVAILABILITY_ZONE endpoint-type:OS_ENDPOINT_TYPE flavor-id:OS_FLAVOR_ID
    flavor-name:OS_FLAVOR_NAME image-id:OS_IMAGE_ID image-name:OS_IMAGE_NAME keypair-name:OS_KEYPAIR_NAME
    net-id:OS_NETWORK_ID private-key-file:OS_PRIVATE_KEY_FILE user-data-file:OS_USER_DATA_FILE
    net-name:OS_NETWORK_NAME sec-groups:OS_SECURITY_GROUPS nova-network:OS_NOVA_NETWORK
    floatingip-pool:OS_FLOATINGIP_POOL ip-version:OS_IP_VERSION ssh-user:OS_SSH_USER ssh-port:OS_SSH_PORT
    active-timeout:OS_ACTIVE_TIMEOUT config-drive:OS_CONFIG_DRIVE metadata:OS_METADATA user-id:OS_USER_ID
    tenant-domain-name:OS_TENANT_DOMAIN_NAME tenant-domain-id:OS_TENANT_DOMAIN_ID user-domain-name:OS_USER_DOMAIN_NAME
    user-domain-id:OS_USER_DOMAIN_ID application-credential-id:OS_APPLICATION_CREDENTIAL_ID
    application-credential-name:OS_APPLICATION_CREDENTIAL_NAME
    application-credential-secret:OS_APPLICATION_CREDENTIAL_SECRET server-group-id:OS_SERVER_GROUP_ID
    server-group-name:OS_SERVER_GROUP_NAME boot-from-volume volume-name volume-id volume-type volume-size
    volume-device-path`,
};

describe('the options of a cloud that scripts were written with', () => {
  it.each(Object.entries(FORMER))('are there by name and environment variable: %s', (driver, words) => {
    const table = findDriver(driver)?.options ?? {};
    const former = words.trim().split(/\s+/);

    const found = former.map((word) => {
      const [name = '', variable] = word.split(':');
      const option = table[name];
      if (!option) return `${name} is missing`;
      const own = 'env' in option ? option.env : undefined;
      return variable === undefined || own === variable ? word : `${name}:${own}`;
    });

    expect(found).toEqual(former);
  });
});

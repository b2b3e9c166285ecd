import type { Identity } from './handle.js';
import type { OpenstackOptions } from './options.js';

/** What the options say of who asks; domains of user and project are those of both where they have none of their own. */
export function identityOf(options: Partial<OpenstackOptions>): Identity {
  const text = (value: string | undefined): string => value?.trim() ?? '';
  const both = { name: text(options['domain-name']), id: text(options['domain-id']) };
  const user = { name: text(options['user-domain-name']), id: text(options['user-domain-id']) };
  const tenant = { name: text(options['tenant-domain-name']), id: text(options['tenant-domain-id']) };
  const userDomain = user.name || user.id ? user : both;
  const projectDomain = tenant.name || tenant.id ? tenant : both;
  return {
    cloud: text(options.cloud),
    authUrl: text(options.endpoint) || text(options['auth-url']),
    region: text(options.region),
    interface: text(options['endpoint-type']),
    caCert: text(options.cacert),
    insecure: options.insecure === true,
    username: text(options.username),
    userId: text(options['user-id']),
    userDomainName: userDomain.name,
    userDomainId: userDomain.id,
    projectName: text(options['tenant-name']),
    projectId: text(options['tenant-id']),
    projectDomainName: projectDomain.name,
    projectDomainId: projectDomain.id,
    applicationCredentialId: text(options['application-credential-id']),
    applicationCredentialName: text(options['application-credential-name']),
  };
}

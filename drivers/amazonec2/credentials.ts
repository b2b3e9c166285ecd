import { join } from 'node:path';
import { fromHttp, fromIni, fromInstanceMetadata, fromTokenFile } from '@aws-sdk/credential-providers';
import type { EC2ClientConfig } from '@aws-sdk/client-ec2';
import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';

export interface CredentialRequest extends Pick<DriverContext<unknown>, 'secrets' | 'environment'> {
  readonly profile: string;
  readonly region: string;
}

type Provider = Extract<EC2ClientConfig['credentials'], (...args: never[]) => unknown>;
type Credentials = Awaited<ReturnType<Provider>>;
/** One way to have credentials; undefined when the user does not have them this way. */
type Link = () => Promise<Credentials | undefined>;

/** How long the metadata service of an instance may take: elsewhere nothing answers at its address. */
const METADATA_MS = 1_000;

/**
 * Credentials in the order of AWS's own tools: the options and their environment variables, a profile (keys, SSO, a process,
 * an assumed role), a web identity, the container's role, the instance's role. A profile named by the option comes first.
 */
export function credentialsOf(request: CredentialRequest): Provider {
  const { secrets, environment, profile } = request;
  const isTyped = secrets['access-key'] !== undefined && secrets['access-key'] !== environment['AWS_ACCESS_KEY_ID'];
  const links: Link[] =
    profile !== '' && !isTyped
      ? [() => ofProfile(request, profile)]
      : [
          async () => ofOptions(secrets),
          () => ofProfile(request, environment['AWS_PROFILE'] ?? ''),
          () => ofWebIdentity(request),
          () => ofContainer(environment),
          () => ofInstance(environment),
        ];
  return async () => {
    for (const link of links) {
      const found = await link();
      if (found) return found;
    }
    throw new MachineError('CredentialsMissing', 'no AWS credentials were found', {
      suggestions: [
        'export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…',
        'Run: aws configure, or: aws configure sso, and name the profile with --amazonec2-profile',
        'Give --amazonec2-access-key and --amazonec2-secret-key',
      ],
    });
  };
}

function ofOptions(secrets: CredentialRequest['secrets']): Credentials | undefined {
  const { 'access-key': accessKeyId, 'secret-key': secretAccessKey, 'session-token': sessionToken } = secrets;
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const missing = accessKeyId === undefined ? 'access-key' : 'secret-key';
    throw new MachineError('CredentialsMissing', `half of the AWS keys is missing: --amazonec2-${missing}`);
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** `named`: what the user asked for; '' is the default profile, which need not exist. */
async function ofProfile({ environment, region }: CredentialRequest, named: string): Promise<Credentials | undefined> {
  const folder = join(environment['HOME'] ?? environment['USERPROFILE'] ?? '/', '.aws');
  const provider = fromIni({
    profile: named || 'default',
    filepath: environment['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials'),
    configFilepath: environment['AWS_CONFIG_FILE'] ?? join(folder, 'config'),
    ignoreCache: true,
    clientConfig: { region },
  });
  return orUndefined(provider, {
    title: `profile "${named || 'default'}"`,
    isRequired: named !== '',
    suggestions: [`aws sso login --profile ${named || 'default'}`, 'aws configure list-profiles'],
  });
}

async function ofWebIdentity({ environment, region }: CredentialRequest): Promise<Credentials | undefined> {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: webIdentityTokenFile, AWS_ROLE_ARN: roleArn } = environment;
  if (!webIdentityTokenFile || !roleArn) return undefined;
  const roleSessionName = environment['AWS_ROLE_SESSION_NAME'] ?? 'berth';
  return orUndefined(fromTokenFile({ webIdentityTokenFile, roleArn, roleSessionName, clientConfig: { region } }), {
    title: `the web identity for ${roleArn}`,
    isRequired: true,
  });
}

async function ofContainer(environment: CredentialRequest['environment']): Promise<Credentials | undefined> {
  const relative = environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const full = environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  const token = environment['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  const file = environment['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  if (!relative && !full) return undefined;
  const provider = fromHttp({
    ...(relative ? { awsContainerCredentialsRelativeUri: relative } : {}),
    ...(full && !relative ? { awsContainerCredentialsFullUri: full } : {}),
    ...(token ? { awsContainerAuthorizationToken: token } : {}),
    ...(file ? { awsContainerAuthorizationTokenFile: file } : {}),
  });
  return orUndefined(provider, { title: "the container's role", isRequired: true });
}

async function ofInstance(environment: CredentialRequest['environment']): Promise<Credentials | undefined> {
  if (environment['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') return undefined;
  const provider = fromInstanceMetadata({ timeout: METADATA_MS, maxRetries: 0 });
  return orUndefined(provider, { title: "the instance's role", isRequired: false });
}

interface Origin {
  /** As it reads before "gives no credentials". */
  readonly title: string;
  /** Whether the user has asked for it: then its failure is the answer. */
  readonly isRequired: boolean;
  readonly suggestions?: readonly string[];
}

async function orUndefined(
  provider: () => Promise<Credentials>,
  { title, isRequired, suggestions = [] }: Origin,
): Promise<Credentials | undefined> {
  try {
    return await provider();
  } catch (cause) {
    // The SDK says so itself of what exists and does not work: an expired login, a process that failed.
    const isBroken = cause instanceof Error && 'tryNextLink' in cause && cause.tryNextLink === false;
    if (!isRequired && !isBroken) return undefined;
    throw new MachineError('CredentialsRefused', `${title} gives no AWS credentials`, { suggestions, cause });
  }
}

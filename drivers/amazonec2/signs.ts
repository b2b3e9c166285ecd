import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverContext } from '../../src/driver.js';

type Environment = DriverContext<unknown>['environment'];

/** In the order of credentials.ts, without asking anybody: whether an instance has a role shows at the first request. */
export async function credentialsIn(environment: Environment): Promise<string | undefined> {
  if (environment['AWS_ACCESS_KEY_ID'] && environment['AWS_SECRET_ACCESS_KEY']) return 'AWS_ACCESS_KEY_ID';
  const named = environment['AWS_PROFILE'];
  if (named || (await hasDefaultProfile(environment))) return `the profile "${named || 'default'}"`;
  if (environment['AWS_WEB_IDENTITY_TOKEN_FILE'] && environment['AWS_ROLE_ARN']) return 'AWS_WEB_IDENTITY_TOKEN_FILE';
  return ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'].find(
    (name) => environment[name],
  );
}

/** A profile that has something to log in with; many have a default one with a region alone. */
async function hasDefaultProfile(environment: Environment): Promise<boolean> {
  const folder = join(environment['HOME'] ?? environment['USERPROFILE'] ?? '/', '.aws');
  const files = [
    environment['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials'),
    environment['AWS_CONFIG_FILE'] ?? join(folder, 'config'),
  ];
  const texts = await Promise.all(files.map((path) => readFile(path, 'utf8').catch(() => '')));
  return texts.some((text) => LOGIN.test(/^\[(?:profile )?default\]\s*$([^[]*)/m.exec(text)?.[1] ?? ''));
}

const LOGIN = /^\s*(aws_access_key_id|sso_session|sso_start_url|credential_process|role_arn|login_session)\s*=/m;

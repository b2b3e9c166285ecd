import { tokenSign } from '../../src/cloud/sign.js';
import type { DriverContext } from '../../src/driver.js';
import { tokensOf } from './credentials.js';

export function credentialsIn(environment: DriverContext<unknown>['environment']): Promise<string | undefined> {
  const { DIGITALOCEAN_ACCESS_TOKEN, DIGITALOCEAN_TOKEN } = environment;
  const tokens = tokensOf({ context: '' }, { environment, secrets: {} });
  return tokenSign(tokens, { program: 'doctl', variables: { DIGITALOCEAN_ACCESS_TOKEN, DIGITALOCEAN_TOKEN } });
}

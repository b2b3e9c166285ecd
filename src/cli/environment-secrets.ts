import type { AnyDriverSpec } from '../driver.js';

/** Secrets that were not written down because they stand in the environment: asked for again whenever the driver is called. */
export function environmentSecrets(
  spec: AnyDriverSpec,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const [key, option] of Object.entries(spec.options)) {
    const value = option.kind === 'string' && option.secret && option.env ? environment[option.env] : undefined;
    if (value) secrets[key] = value;
  }
  return secrets;
}

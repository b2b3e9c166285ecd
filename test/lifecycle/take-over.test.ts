import { appendFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { AnyDriverSpec } from '../../src/driver.js';
import { createMachine } from '../../src/lifecycle/create.js';
import type { Program } from '../../src/lifecycle/program.js';
import { parseName } from '../../src/name.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
/** Three bytes of zero; their digest: printf AAAA | base64 -d | openssl dgst -sha256 -binary | base64. */
const LINE = 'web-1 ssh-ed25519 AAAA\n';

function taking(own: World): { readonly spec: AnyDriverSpec; readonly program: Program } {
  const spec: AnyDriverSpec = {
    ...own.spec,
    features: { ...own.spec.features, plantsKeys: true },
    takesOver: () => true,
  };
  const program: Program = {
    ...own.program,
    findDriver: () => spec,
    connect: async (request) => {
      await appendFile(request.knownHostsPath, LINE);
      return own.program.connect(request);
    },
  };
  return { spec, program };
}

describe('a machine that is taken over', () => {
  it('trusts the host key of its first login, and says which', async () => {
    await using own = await testWorld();
    const { spec, program } = taking(own);

    await createMachine(own.wish('web-1'), spec, program);

    expect(own.lines.filter((line) => line.includes('host key'))).toEqual([
      'warn: the host key of web-1 could not be verified; from now on it is ' +
        'SHA256:cJ6AyISHokEeHuTfufIqhhSS0gxHZRUMDHlKvXD4FHw',
    ]);
    expect(await program.store.readFile(WEB, 'known_hosts')).toBe(LINE);
    expect(await program.store.readFile(WEB, 'ssh_host_key')).toBeUndefined();
    expect(await program.store.readFile(WEB, 'id_rsa')).toMatch(/^-----BEGIN/);
  });
});

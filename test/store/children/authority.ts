import { certificates } from '../../../src/certs/issue.js';
import { storeAt } from '../machines.js';

/** Asks for the store's certificates many times at once, and prints what it got: `authority.js <base> <times>`. */
const [, , base = '', times = ''] = process.argv;
const store = storeAt(base);
const validity = { from: new Date(Date.now() - 60_000), days: 30 };
const maker = {
  createAuthority: () => {
    process.stdout.write('makes an authority\n');
    return certificates.createAuthority('alice', validity);
  },
  issueClient: (authority: Parameters<typeof certificates.issueClient>[0]) =>
    certificates.issueClient(authority, 'alice', validity),
  flaw: (pair: Parameters<typeof certificates.flaw>[0], authority: string) =>
    certificates.flaw(pair, authority, new Date()),
};

await Promise.all(
  Array.from({ length: Number(times) }, async () => {
    const { authority, client } = await store.ensureCertificates(maker);
    const ca = certificates.inspect(authority.certificate).fingerprint;
    const flaw = certificates.flaw(client, authority.certificate, new Date()) ?? 'good';
    process.stdout.write(`${ca} ${certificates.inspect(client.certificate).fingerprint} ${flaw}\n`);
  }),
);

import { bracketed, engineUrl } from '../src/record.js';
import { machine } from './store/machines.js';

describe('the URL of an engine', () => {
  it.each([
    ['tcp with TLS', { transport: { kind: 'tls' } }, 'tcp://192.0.2.7:2376'],
    ['tcp of an IPv6 address', { address: '2001:db8::7', enginePort: 2399 }, 'tcp://[2001:db8::7]:2399'],
    ['tcp of a host name', { address: 'web.example.com' }, 'tcp://web.example.com:2376'],
    ['ssh at the usual port', { transport: { kind: 'ssh' } }, 'ssh://root@192.0.2.7'],
    [
      'ssh at another port',
      { transport: { kind: 'ssh' }, ssh: { user: 'core', port: 2222 }, address: '2001:db8::7' },
      'ssh://core@[2001:db8::7]:2222',
    ],
    ['nothing without an address', { address: '' }, ''],
    ['nothing over ssh without an address', { transport: { kind: 'ssh' }, address: '' }, ''],
    [
      "the user's own",
      { transport: { kind: 'url', url: 'unix:///run/docker.sock' }, address: '' },
      'unix:///run/docker.sock',
    ],
  ] as const)('is %s', (_what, changes, url) => {
    expect(engineUrl(machine('web-1', changes))).toBe(url);
  });
});

describe('bracketed', () => {
  it.each([
    ['2001:db8::7', '[2001:db8::7]'],
    ['[2001:db8::7]', '[2001:db8::7]'],
    ['192.0.2.7', '192.0.2.7'],
    ['web.example.com', 'web.example.com'],
  ])('turns %s into %s', (address, expected) => {
    expect(bracketed(address)).toBe(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import { checkOptions, parseForward, parseShare } from '../../../drivers/qemu/settings.js';
import { failureOf, told } from '../../helpers/failure.js';
import { OPTIONS } from './stand.js';

const reach = { address: '127.9.8.7' };

describe('options of qemu', () => {
  it.each([
    ['8080', { protocol: 'tcp', address: '127.9.8.7', from: 8080, to: 8080 }],
    ['8080:80', { protocol: 'tcp', address: '127.9.8.7', from: 8080, to: 80 }],
    ['53:53/udp', { protocol: 'udp', address: '127.9.8.7', from: 53, to: 53 }],
    ['0.0.0.0:8080:80', { protocol: 'tcp', address: '0.0.0.0', from: 8080, to: 80 }],
  ])('read the port %s', (text, forward) => {
    expect(parseForward(text, reach)).toEqual(forward);
  });

  it.each(['0', '8080:', '70000', '1.2.3.4', '999.1.1.1:80:80', 'a:b', '80,guestfwd=x'])(
    'refuse the port "%s"',
    async (text) => {
      const failure = await failureOf(() => parseForward(text, reach));

      expect(told(failure)).toEqual({
        code: 'BadOption',
        message: `option --qemu-forward wants OWN:MACHINE, such as 8080:80, got "${text}"`,
        exitCode: 2,
      });
    },
  );

  it.each([
    ['/home/me/site', { source: '/home/me/site', place: '/home/me/site' }],
    ['/home/me/site:/srv/site', { source: '/home/me/site', place: '/srv/site' }],
    ['C:\\Users\\me', { source: 'C:\\Users\\me', place: '/c/Users/me' }],
  ])('read the folder %s', (text, share) => {
    expect(parseShare(text)).toEqual(share);
  });

  it.each([
    [{ 'share-folder': ['site'] }, 'option --qemu-share-folder wants FOLDER:PLACE, got "site"'],
    [{ 'share-folder': ['/a:/x', '/b:/x'] }, 'option --qemu-share-folder names "/x" twice'],
    [{ forward: ['80', '80:81'] }, 'option --qemu-forward names "127.0.0.1:80/tcp" twice'],
    [{ forward: ['80'], network: 'tap:t0' }, 'option --qemu-forward goes with --qemu-network user alone'],
    [{ network: 'bridge:a b' }, 'option --qemu-network wants user, bridge:NAME or tap:NAME, got "bridge:a b"'],
    [{ 'cpu-count': 0 }, 'option --qemu-cpu-count wants 1 or more, got "0"'],
    [{ autostart: true, 'share-folder': ['/a'] }, 'option --qemu-autostart does not go with --qemu-share-folder'],
  ])('are refused before anything is made: %j', async (options, message) => {
    const failure = await failureOf(() => checkOptions({ ...OPTIONS, ...options }, 'linux'));

    expect(told(failure)).toEqual({ code: 'BadOption', message, exitCode: 2 });
  });
});

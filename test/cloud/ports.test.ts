import { ANYWHERE, EVERYTHING, parsePort, portText } from '../../src/cloud/ports.js';
import { failureOf, told } from '../helpers/failure.js';

describe('a port', () => {
  it.each([
    ['80', { protocol: 'tcp', from: 80, to: 80 }],
    ['80/tcp', { protocol: 'tcp', from: 80, to: 80 }],
    ['8000-8080/udp', { protocol: 'udp', from: 8000, to: 8080 }],
    ['65535', { protocol: 'tcp', from: 65535, to: 65535 }],
  ])('%s is read', (text, wanted) => {
    expect(parsePort(text, 'amazonec2-open-port')).toEqual({ ...wanted, sources: ANYWHERE });
  });

  it.each(['', '0', '65536', '90-80', '80/icmp', '80-', 'http', '80 ', '-80', '80/tcp/udp'])(
    '"%s" is refused',
    async (text) => {
      const failure = await failureOf(() => parsePort(text, 'amazonec2-open-port'));

      expect(told(failure)).toEqual({
        code: 'BadOption',
        message: `option --amazonec2-open-port wants port[-port][/tcp|udp], got "${text}"`,
        exitCode: 2,
      });
    },
  );

  it('of ESP there is none to write', () => {
    expect(EVERYTHING.map(portText)).toEqual(['1-65535/tcp', '1-65535/udp', 'esp']);
  });

  it.each(['80/tcp', '8000-8080/udp'])('%s is written as it was read', (text) => {
    expect(portText(parsePort(text, 'open-port'))).toBe(text);
  });
});

import { describe, expect, it } from '@jest/globals';
import { daemonJson } from '../../src/engine/daemon.js';
import { engineUserSteps } from '../../src/provision/engine-user.js';
import { plan } from '../../src/provision/plan.js';
import { refuseUnfit } from '../../src/provision/refuse.js';
import { silentReporter } from '../../src/reporter.js';
import { textOf } from './support/golden.js';
import { CERTIFICATES, facts, wanted } from './support/hosts.js';

const SOCKET_ONLY = { ...wanted(), socketOnly: true as const };
const engine = { running: true, enabled: true, socketUnit: true, inSwarm: false, rivals: [], path: '/usr/bin/dockerd' };

describe('the login user of an engine without a port', () => {
  it('is let in to the socket', () => {
    const [step, ...more] = engineUserSteps(facts({ user: 'debian', engine }), SOCKET_ONLY);

    expect(step).toMatchObject({ title: 'Letting debian use the engine', call: 'admit_user', files: [] });
    expect(step?.scripts.join('')).toContain('login_user=debian\n');
    expect(more).toEqual([]);
  });

  it.each([
    ['is root', facts({ user: 'root', engine }), SOCKET_ONLY],
    ['is in the group already', facts({ user: 'debian', engine: { ...engine, admitsUser: true } }), SOCKET_ONLY],
    ['is not needed there, since the engine has a port', facts({ user: 'debian', engine }), wanted()],
  ])('needs nothing where it %s', (_why, host, wish) => {
    expect(engineUserSteps(host, wish)).toEqual([]);
  });
});

describe('the plan for an engine without a port', () => {
  it('lets the user in before the engine is started', () => {
    const steps = plan({
      ...{ facts: facts({ user: 'debian', engine }), wanted: SOCKET_ONLY, certificates: CERTIFICATES },
      ...{ installation: [], machineName: 'web-1' },
    });

    expect(steps.map(({ title }) => title)).toEqual(['Letting debian use the engine', 'Configuring the engine']);
    const file = steps.flatMap(({ files }) => files).find(({ path }) => path === 'daemon.json');
    expect(file && textOf(file)).toBe(
      daemonJson({ hosts: ['fd://'], labels: ['provider=generic'], 'live-restore': true }),
    );
  });
});

describe('a host whose engine shall have no port', () => {
  it('may have something else there', () => {
    const host = facts({ portTakenBy: 'nginx', clock: Date.UTC(2026, 0, 1) / 1000 });
    const context = {
      ...{ report: silentReporter, signal: new AbortController().signal, machineName: 'web-1', cacheFolder: '/' },
      now: () => new Date(Date.UTC(2026, 0, 1)),
    };

    expect(() => refuseUnfit(host, SOCKET_ONLY, context)).not.toThrow();
    expect(() => refuseUnfit(host, wanted(), context)).toThrow('port 2376 of web-1 is taken by nginx');
  });
});

import { describe, expect, it } from '@jest/globals';
import { generic } from '../../drivers/generic/index.js';
import { nspawn } from '../../drivers/nspawn/index.js';
import { completed, flagsLike } from '../../src/cli/like.js';
import { DEFAULT_ENGINE } from '../../src/record.js';
import { machine } from '../store/machines.js';

const pattern = machine('web-1', {
  driver: 'nspawn',
  options: { memory: 512, packages: ['jq'] },
  engine: { ...DEFAULT_ENGINE, labels: ['zone=a'], settings: { debug: true } },
  labels: { team: 'shop' },
  note: 'only for web-1',
  end: { ttlSeconds: 3600 },
  tlsSans: ['web.example.com'],
});

describe('a machine like another one', () => {
  it('has its driver, options and engine, but for what was typed', () => {
    const flags = { driver: 'local', 'nspawn-memory': 64, 'engine-label': ['zone=b'], 'nspawn-cpu-count': 2 };

    const asked = flagsLike({ machine: pattern, secrets: {} }, nspawn, { flags, typed: new Set(['engine-label']) });

    expect(asked).toMatchObject({
      driver: 'nspawn',
      'nspawn-memory': 512,
      'nspawn-packages': ['jq'],
      'nspawn-cpu-count': 2,
      'engine-label': ['zone=b'],
      'tls-san': ['web.example.com'],
      transport: 'tls',
    });
  });

  it('is no second record of the same server', () => {
    const asked = flagsLike({ machine: machine('web-1'), secrets: {} }, generic, { flags: {}, typed: new Set() });

    expect('generic-ip-address' in asked).toBe(false);
    expect(asked['generic-ssh-user']).toBe('root');
  });

  it('has labels, settings, secrets and end of the other, and no note', () => {
    const request = { machine: machine('web-2'), secrets: { token: 'new' } };

    const { machine: made, secrets } = completed(request, {
      pattern: { machine: pattern, secrets: { token: 'old', other: 'x' } },
      end: { idleSeconds: 60 },
    });

    expect(secrets).toEqual({ token: 'new', other: 'x' });
    expect(made).toMatchObject({ labels: { team: 'shop' }, end: { idleSeconds: 60, ttlSeconds: 3600 } });
    expect([made.engine.settings, made.note, made.name]).toEqual([{ debug: true }, undefined, 'web-2']);
  });

  it('changes nothing without a pattern and without an end', () => {
    const request = { machine: machine('web-2'), secrets: {} };

    expect(completed(request, { pattern: undefined, end: undefined })).toEqual(request);
  });
});

import { describe, expect, it } from '@jest/globals';
import { renderTemplate } from '../../src/template.js';
import { sandbox, type Outcome, type Sandbox } from '../provision/support/sandbox.js';
import { SHELLS } from '../provision/support/shells.js';

const MARK = '/var/lib/berth/first-boot';
const script = renderTemplate('cloud-init/await.sh', { withinSeconds: '3' });

describe.each(SHELLS)('waiting for the first boot in $name', ({ shell }) => {
  const run = (box: Sandbox): Outcome => box.run(script, { shell });

  it('prints the mark that is there', () => {
    using box = sandbox();
    box.file(MARK, '0\n');

    expect(run(box)).toEqual({ status: 0, lines: ['0'] });
  });

  it('waits for the mark while cloud-init works, whatever it says of errors', () => {
    using box = sandbox();
    box.file('/var/lib/berth/.keep', '');
    box.fake('cloud-init', 'echo status: error');
    box.fake(
      'sleep',
      `[ "$(wc -l <"$SANDBOX/naps" 2>/dev/null || echo 0)" -lt 1 ] || echo 100 >"$SANDBOX${MARK}"; echo >>"$SANDBOX/naps"`,
    );

    expect(run(box)).toEqual({ status: 0, lines: ['100'] });
  });

  it('waits for nothing without cloud-init', () => {
    using box = sandbox();

    expect([run(box), box.calls('sleep')]).toEqual([{ status: 0, lines: [] }, []]);
  });

  it.each([
    ['is at its end', 'echo status: done'],
    ['is disabled', 'echo status: disabled'],
  ])('waits no longer when cloud-init %s', (state, body) => {
    using box = sandbox();
    box.fake('cloud-init', body);
    if (state === 'is at its end') box.file('/run/cloud-init/result.json', '{}');

    expect([run(box), box.calls('sleep')]).toEqual([{ status: 0, lines: [] }, []]);
  });

  it('ends at its limit', () => {
    using box = sandbox();
    box.fake('cloud-init', 'echo status: running');

    expect([run(box), box.calls('sleep').length]).toEqual([{ status: 0, lines: [] }, 3]);
  });
});

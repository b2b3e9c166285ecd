import { describe, expect, it } from '@jest/globals';
import { doctorText } from '../../src/cli/doctor-text.js';

describe('the text of an examination', () => {
  it('is a line for what is well, and for each finding its fact and what mends it, the worst first', () => {
    const text = doctorText([
      { group: 'computer', seen: 'Node 20.19.0, docker client 28.2.2', findings: [] },
      {
        group: 'web-1',
        seen: 'Running, engine 28.2.2',
        findings: [
          { id: 'reboot-required', severity: 'warning', fact: 'updates wait', remedy: 'berth restart web-1' },
          {
            id: 'disk-full',
            severity: 'error',
            fact: 'the disk is full',
            remedy: 'berth prune web-1',
          },
        ],
      },
      {
        group: 'web-2',
        seen: 'Running',
        findings: [
          { id: 'os-updates', severity: 'note', fact: 'its system has 3 updates waiting', remedy: 'berth ssh web-2' },
        ],
      },
    ]);

    expect(text).toBe(
      [
        'WHERE      STATE     FACT',
        'computer   ok        Node 20.19.0, docker client 28.2.2',
        'web-1      error     the disk is full (disk-full)',
        '                     -> berth prune web-1',
        '           warning   updates wait (reboot-required)',
        '                     -> berth restart web-1',
        'web-2      ok        Running',
        '           note      its system has 3 updates waiting (os-updates)',
        '                     -> berth ssh web-2',
        '',
      ].join('\n'),
    );
  });
});

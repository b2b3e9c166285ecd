import { describe, expect, it } from '@jest/globals';
import { parseFacts, parseOsRelease } from '../../src/provision/facts.js';

describe('os-release', () => {
  const NOTHING = { id: '', like: [], version: '', codename: '', title: '' };

  it.each([
    { title: 'nothing', text: '', expected: NOTHING },
    {
      title: 'an Ubuntu',
      text: 'PRETTY_NAME="Ubuntu 24.04.2 LTS"\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\nUBUNTU_CODENAME=noble\n',
      expected: {
        id: 'ubuntu',
        like: ['debian'],
        version: '24.04',
        codename: 'noble',
        title: 'Ubuntu 24.04.2 LTS',
        baseCodename: 'noble',
      },
    },
    {
      title: 'a derivative of Ubuntu',
      text: 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n',
      expected: {
        id: 'linuxmint',
        like: ['ubuntu', 'debian'],
        version: '22',
        codename: 'wilma',
        title: 'Linux Mint',
        baseCodename: 'noble',
      },
    },
    {
      title: 'a derivative of Debian',
      text: "ID=lmde\nID_LIKE=debian\nVERSION_CODENAME='faye'\nDEBIAN_CODENAME=bookworm\n",
      expected: { ...NOTHING, id: 'lmde', like: ['debian'], codename: 'faye', title: 'lmde', baseCodename: 'bookworm' },
    },
    {
      title: 'quotes of both kinds and escapes',
      text: `PRETTY_NAME="A \\"B\\" \\$C \\\\ \\\`D\\\`"\nNAME='x "y" \\z'\nID='Fedora'\n`,
      expected: { ...NOTHING, id: 'fedora', title: 'A "B" $C \\ `D`' },
    },
    {
      title: 'comments, blanks, line ends of Windows, an equals sign in a value, words that are none',
      text: '# ID=no\r\n\r\n  ID=arch  \r\nID_LIKE=" a   b "\r\nPRETTY_NAME="a=b"\r\nnonsense\r\nbuild id=1\r\n',
      expected: { ...NOTHING, id: 'arch', like: ['a', 'b'], title: 'a=b' },
    },
    { title: 'the later of two lines', text: 'ID=a\nID=b', expected: { ...NOTHING, id: 'b', title: 'b' } },
  ])('is read with $title', ({ text, expected }) => {
    expect(parseOsRelease(text)).toEqual(expected);
  });
});

describe("the probe's output", () => {
  it('counts only when it is whole', () => {
    expect([parseFacts(''), parseFacts('arch=x86_64\n'), parseFacts('Welcome\nend of the line\n')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('may stand among words of a login', () => {
    const found = parseFacts('Welcome to web-1!\n= = =\narch=aarch64\ninit=runit\nfree_kib=2047\nend=1\nbye\n');

    expect(found).toEqual({
      os: { id: '', like: [], version: '', codename: '', title: '' },
      arch: 'aarch64',
      init: 'other',
      hostname: '',
      addresses: [],
      user: '',
      sudo: { can: true },
      clock: 0,
      freeMib: 1,
      engine: { running: false, socketUnit: false, enabled: false, inSwarm: false, rivals: [] },
      files: {},
    });
  });

  it('takes a free space that nobody told for enough', () => {
    expect(parseFacts('end=1\n')?.freeMib).toBe(Number.POSITIVE_INFINITY);
  });

  it('says where our SSH connection comes from, as the host sees it', () => {
    expect(parseFacts('caller=192.0.2.9\nend=1\n')?.caller).toBe('192.0.2.9');
    expect(parseFacts('end=1\n')).not.toHaveProperty('caller');
  });
});

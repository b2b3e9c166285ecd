import { describe, expect, it } from '@jest/globals';
import { archives } from '../src/apt-sources.js';

const own = {
  path: '/etc/apt/sources.list.d/debian.sources',
  text: 'Types: deb\nURIs: http://deb.debian.org/debian\n',
};
const empty = { path: '/etc/apt/sources.list', text: '# see sources.list.d\n' };
const other = {
  path: '/etc/apt/sources.list.d/docker.list',
  text: 'deb https://download.docker.com/linux/debian bookworm stable\n',
};

describe('the package sources of local machines', () => {
  it("are the distribution's own, in either format", () => {
    const list = { path: '/etc/apt/sources.list', text: 'deb http://deb.debian.org/debian bookworm main\n' };

    expect(archives([empty, own, other])).toEqual([own]);
    expect(archives([list, other])).toEqual([list]);
  });

  it('are all there are where none is known as its own', () => {
    expect(archives([empty, other])).toEqual([other]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { alignTabs } from '../../src/cli/tabwriter.js';

describe('columns made of tabs', () => {
  // What Go's text/tabwriter makes of them with docker-machine's settings.
  it.each([
    ['', ''],
    ['a\n', 'a\n'],
    ['a\tb\n', 'a    b\n'],
    ['a\tb\nlonger\tc\n', 'a        b\nlonger   c\n'],
    ['a\t\n\tb\n', 'a    \n     b\n'],
    ['a\tb\nplain\nlonger\tc\n', 'a    b\nplain\nlonger   c\n'],
    ['é€é\tb\nxyz\tc\n', 'é€é   b\nxyz   c\n'],
    ['a\tb\tc\nd\te\n\nf\tg\th\n', 'a    b    c\nd    e\n\nf    g    h\n'],
    [
      'cccccccc\t é\té\tx\nbbbb\t\téccccccccbb\ty\n',
      'cccccccc    é   é             x\nbbbb            éccccccccbb   y\n',
    ],
  ])('%j becomes %j', (text, aligned) => {
    expect(alignTabs(text)).toBe(aligned);
  });
});

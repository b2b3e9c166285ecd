import { describe, expect, it } from '@jest/globals';
import { parse } from '../../src/gotemplate/parser.js';
import { nodeText } from '../../src/gotemplate/nodes.js';
import { isMachineError } from '../../src/errors.js';
import { PARSE_TABLE } from './parse-table.js';

function errorOf(source: string): string {
  try {
    parse(source);
    return '';
  } catch (error) {
    if (!isMachineError(error, 'BadOption')) throw error;
    return error.message;
  }
}

const textOf = (source: string): string => (parse(source).get('') ?? []).map(nodeText).join('');

describe('the parser of templates', () => {
  it.each(PARSE_TABLE)('says of %j what Go says', (template, message) => {
    expect(errorOf(template)).toBe(message);
  });

  it.each([
    ['a {{- .A -}} b', 'a{{action .A}}b'],
    ['a\n\t{{- /* x */ -}}\n b', 'ab'],
    ['a {{/* x */}} b', 'a  b'],
    ['{{- 1 -}}', '{{action 1}}'],
    ['{{-1}}', '{{action -1}}'],
    ['{{ .A.B | len }}', '{{action .A.B | len}}'],
    ['{{(.A).B.C}}', '{{action (.A).B.C}}'],
    [
      '{{$x := index $.A.B `k` "l" \'c\' 0x1F nil true (len .)}}',
      '{{action $x := index $.A.B `k` "l" \'c\' 0x1F nil true (len .)}}',
    ],
    ['{{if .}}{{end}}{{range $i, $e := .}}{{end}}{{with .}}{{end}}', '{{if .}}{{range $i, $e := .}}{{with .}}'],
    ['{{template "a" .}}{{block "b" .}}{{end}}{{define "c"}}{{end}}', '{{template "a" .}}{{template "b" .}}'],
  ])('reads %j as %j', (template, text) => {
    expect(textOf(template)).toBe(text);
  });

  it.each([
    ['parentheses', '('.repeat(5_000)],
    ['branches', '{{if .}}'.repeat(5_000)],
    ['else ifs', `{{if .}}${'{{else if .}}'.repeat(5_000)}`],
    ['blocks', '{{block "a" .}}'.repeat(5_000)],
  ])('refuses %s beyond what a person nests', (_what, text) => {
    expect(errorOf(text.startsWith('(') ? `{{${text}` : text)).toBe('template: :1: nested too deeply');
  });

  it('refuses variables beyond what a person declares', () => {
    expect(errorOf('{{$x := 1}}'.repeat(5_000))).toBe('template: :1: too many variables');
  });

  it('quotes of long templates no more than fits a line', () => {
    const message = errorOf(`{{${'a'.repeat(5_000)}}}`);

    expect(message).toBe(`template: :1: function "${'a'.repeat(240 - 'template: :1: function "'.length)}…`);
  });
});

import { describe, expect, it } from '@jest/globals';
import { isMachineError } from '../../src/errors.js';
import { parseGoTemplate } from '../../src/gotemplate/template.js';
import { fromJson, NONE } from '../../src/gotemplate/values.js';
import { GO_DATA, GO_TABLE } from './go-table.js';

const DATA = fromJson(GO_DATA) ?? NONE;

function outcome(template: string, data = DATA): { output: string; error: string } {
  try {
    return { output: parseGoTemplate(template).render(data), error: '' };
  } catch (error) {
    if (!isMachineError(error, 'BadOption')) throw error;
    return { output: '', error: error.message };
  }
}

describe('a template', () => {
  it.each(GO_TABLE)('%j gives what Go gives', (template, output, error) => {
    expect(outcome(template)).toEqual({ output, error: oneLine(error) });
  });

  it('fails with the exit code that docker-machine has', () => {
    expect(() => parseGoTemplate('{{')).toThrow(expect.objectContaining({ code: 'BadOption', exitCode: 2 }));
  });

  it.each([
    ['{{range .}}{{range $}}{{range $}}{{range $}}{{range $}}{{end}}{{end}}{{end}}{{end}}{{end}}', /gave up/],
    ['{{define "a"}}{{template "a"}}{{end}}{{template "a"}}', /exceeded maximum template depth \(1000\)$/],
    ['{{define "a"}}{{template "a"}}{{template "a"}}{{end}}{{template "a"}}', /exceeded maximum template depth/],
    [`{{$x := "0123456789"}}${'{{$x = print $x $x}}'.repeat(40)}`, /gave up/],
    [`{{printf "${'%1000000d'.repeat(50)}"${' 1'.repeat(50)}}}`, /gave up/],
    [`{{printf "%1000000v" .}}`, /gave up/],
    [`{{printf "%.1000000f%.1000000f%.1000000f%.1000000f%.1000000f" 0.1 0.1 0.1 0.1 0.1}}`, /gave up/],
    [`{{range .}}{{range $}}{{range $}}{{json $}}{{end}}{{end}}{{end}}`, /gave up/],
  ])('ends though %j would not', (template, message) => {
    const data = fromJson(Array.from({ length: 200 }, (_, index) => `label ${index}`)) ?? NONE;

    const { error } = outcome(template, data);

    expect(error).toMatch(message);
  });

  it('can be rendered again and again', () => {
    const template = parseGoTemplate('{{range .}}{{.}}{{end}}');

    const texts = [1, 2, 3].map(() => template.render(fromJson(['a', 'b']) ?? NONE));

    expect(texts).toEqual(['ab', 'ab', 'ab']);
  });
});

function oneLine(message: string): string {
  return message.replace(/[\x00-\x1f\x7f]+/g, ' ');
}

import { model, resolved, type Refused, type Shape } from './model.js';

const REQUEST_ID = '59dbff89-35bd-4eac-99ed-be587EXAMPLE';

/** An answer as the operation's description lays it out. A member that is not in it is a mistake of this stand-in. */
export function answerXml(action: string, output: object): string {
  const shape = model.operations[action]?.output;
  const body = shape ? structure(resolved(shape), output, action) : '<return>true</return>';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="${model.metadata.xmlNamespace}"><requestId>${REQUEST_ID}</requestId>${body}</${action}Response>`;
}

export function refusalXml({ code, message }: Refused): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error></Errors><RequestID>${REQUEST_ID}</RequestID></Response>`;
}

function structure({ members = {} }: Shape, output: object, path: string): string {
  return Object.entries(output)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const member = members[name];
      if (!member) throw new Error(`EC2 answers no member ${name} in ${path}`);
      const element = member.locationName ?? name;
      return `<${element}>${content(resolved(member), value, `${path}.${name}`)}</${element}>`;
    })
    .join('');
}

function content(shape: Shape, value: unknown, path: string): string {
  if (shape.type === 'structure') return structure(shape, value as object, path);
  if (shape.type !== 'list') return escaped(value instanceof Date ? value.toISOString() : String(value));
  const member = resolved(shape.member ?? {});
  const element = member.locationName ?? 'item';
  return (value as readonly unknown[])
    .map((item) => `<${element}>${content(member, item, path)}</${element}>`)
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

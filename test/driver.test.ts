import { defineDriver, type OptionsOf, type OptionTable } from '../src/driver.js';

const options = {
  size: { kind: 'string', choices: ['small', 'large'], default: 'small', help: 'size' },
  zone: { kind: 'string', help: 'zone' },
  token: { kind: 'string', required: true, secret: true, help: 'token' },
  disk: { kind: 'integer', default: 20, help: 'disk' },
  memory: { kind: 'integer', help: 'memory' },
  public: { kind: 'boolean', help: 'public' },
  tag: { kind: 'list', help: 'tags' },
} as const satisfies OptionTable;
type Options = OptionsOf<typeof options>;

/** True for types that are the same, to the letter. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only for `true`; what it stands for is checked by tsc, not when the tests run. */
const holds = <Claim extends true>(claim: Claim): boolean => claim;

describe('the options of a driver', () => {
  it('have exact types: what has a default, is required, a boolean or a list is there, the rest may be missing', () => {
    expect(holds<Same<Options['size'], 'small' | 'large'>>(true)).toBe(true);
    expect(holds<Same<Options['token'], string>>(true)).toBe(true);
    expect(holds<Same<Options['disk'], number>>(true)).toBe(true);
    expect(holds<Same<Options['public'], boolean>>(true)).toBe(true);
    expect(holds<Same<Options['tag'], readonly string[]>>(true)).toBe(true);
    expect(holds<Same<Options['zone'], string | undefined>>(true)).toBe(true);
    expect(holds<Same<Options['memory'], number | undefined>>(true)).toBe(true);
  });

  it('may be left out exactly where they have no value of their own', () => {
    const least: Options = { size: 'small', token: 'x', disk: 20, public: false, tag: [] };
    // @ts-expect-error a required option cannot be left out
    const tooLittle: Options = { size: 'small', disk: 20, public: false, tag: [] };

    expect(Object.keys(least)).not.toContain('zone');
    expect(Object.keys(tooLittle)).not.toContain('token');
  });
});

describe('defineDriver', () => {
  it('gives back the declaration itself', () => {
    const declaration = {
      name: 'cloud',
      title: 'A cloud',
      options,
      features: { plantsKeys: true, powers: true, ssh: true, local: false },
      toStored: () => ({}),
      fromStored: () => ({ options: {} }),
      login: () => ({ user: 'root', port: 22 }),
      load: () => Promise.reject(new Error('not in this test')),
    };

    const spec = defineDriver(declaration);

    expect(spec).toBe(declaration);
  });
});

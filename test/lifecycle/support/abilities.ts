import type { Argv } from '../../../src/host/host.js';
import type { Program } from '../../../src/lifecycle/program.js';
import type { AnyDriver } from '../../../src/lifecycle/driver-call.js';
import type { World } from './world.js';

/** The world's program, its driver with more abilities or with others. */
export function withDriver(
  { program, provider }: World,
  abilities: (driver: AnyDriver) => Partial<AnyDriver>,
): Program {
  const load = async (): Promise<AnyDriver> => {
    const driver = await provider.spec.load();
    return { ...driver, ...abilities(driver) };
  };
  return { ...program, findDriver: (name) => (name === 'fake' ? { ...provider.spec, load } : undefined) };
}

/** The program with hosts that take every command, and do nothing but note it. */
export function hearingHost(program: Program, heard: Argv[]): Program {
  return {
    ...program,
    connect: async (request) => ({
      ...(await program.connect(request)),
      run: async (argv) => {
        heard.push(argv);
        return { stdout: '', stderr: '' };
      },
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}

import '../../helpers/realm.js';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DriverContext, NewHost, OptionTable, OptionsOf } from '../../../src/driver.js';
import { pluginDriver } from '../../../src/plugin/driver.js';
import type { PluginPlace } from '../../../src/plugin/place.js';
import type { Json, JsonObject, OptionValues } from '../../../src/record.js';
import { parseGoJson, printGoJson } from '../../../src/store/go-json.js';
import { driverContext } from '../../helpers/driver-context.js';
import { testFolder, type TestFolder } from '../../helpers/folder.js';
import { recordingReporter } from '../../helpers/reporter.js';
import { goBuild, hasGo, unlessGo } from './go.js';

/** The compiled driver of fixtures/driver.go, its provider and its store. */
export interface FakeDriver extends Disposable {
  readonly place: PluginPlace;
  /** Of the environment that the driver gets; changes count from its next start on. */
  readonly environment: Record<string, string | undefined>;
  readonly lines: string[];
  readonly kept: JsonObject[];
  readonly interrupt: AbortController;
  readonly context: DriverContext<Json>;
  /** States of the servers that its provider has. */
  servers(): string[];
  host(options?: OptionValues): NewHost<OptionsOf<OptionTable>>;
  driver(): ReturnType<typeof pluginDriver>;
}

const TOKEN = 'tok-0123456789';
const FILE = 'docker-machine-driver-fake';

/** The driver's path, once the tests of a suite run. */
export interface BuiltDriver {
  readonly path: string;
  readonly folder: string;
}

/** A suite on the driver of fixtures/driver.go, compiled once for all of it; skipped where there is no Go. */
export function describeFakeDriver(title: string, body: (built: BuiltDriver) => void): void {
  (hasGo ? describe : describe.skip)(`${title}${unlessGo}`, () => {
    let folder: TestFolder;
    beforeAll(() => {
      folder = testFolder();
      goBuild('driver.go', join(folder.path, FILE));
    });
    afterAll(() => folder[Symbol.dispose]());
    body({
      get path() {
        return join(folder.path, FILE);
      },
      get folder() {
        return folder.path;
      },
    });
  });
}

export function fakeDriver(binary: string): FakeDriver {
  const folder = testFolder();
  const cloud = join(folder.path, 'cloud');
  mkdirSync(cloud);
  mkdirSync(join(folder.path, 'store/machines/web-1'), { recursive: true });
  const report = recordingReporter();
  const interrupt = new AbortController();
  const kept: JsonObject[] = [];
  const environment: Record<string, string | undefined> = { ...process.env, FAKE_CLOUD: cloud };
  const place: PluginPlace = {
    name: 'fake',
    path: binary,
    storePath: join(folder.path, 'store'),
    environment,
    parseJson: parseGoJson,
    printJson: printGoJson,
  };
  return {
    place,
    environment,
    lines: report.lines,
    kept,
    interrupt,
    context: driverContext({
      report,
      signal: interrupt.signal,
      secrets: { token: TOKEN },
      keep: async (resource) => void kept.push(resource as JsonObject),
    }),
    servers: () => readdirSync(cloud).map((file) => readFileSync(join(cloud, file), 'utf8')),
    host: (options = {}) => ({
      name: 'web-1',
      id: '00',
      store: '01',
      options: options,
      publicKey: '',
    }),
    driver: () => pluginDriver(place),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

import { describe, expect, it } from '@jest/globals';
import { startFile } from '../../../drivers/qemu/autostart.js';

const words = ['/usr/bin/qemu-system-x86_64', '-name', 'dev', '-append', 'console=ttyS0 a%b $c "d"'];

describe('what starts a machine with its computer', () => {
  it("is a unit of the system for root's machines, quoted for a shell and for systemd", () => {
    const folder = '/root/.local/share/berth/qemu/dev-01234567';

    const file = startFile({ platform: 'linux', environment: { HOME: '/root' }, isRoot: true, folder }, words);

    expect(file.path).toBe('/etc/systemd/system/multi-user.target.wants/berth-dev-01234567.service');
    expect(file.content.split('\n')[5]).toBe(
      `ExecStart=/bin/sh -c "[ -e ${folder}/saved.json ] || exec /usr/bin/qemu-system-x86_64 -name dev -append 'console=ttyS0 a%%b $$c \\"d\\"'"`,
    );
  });

  it('is a unit of the user otherwise', () => {
    const folder = '/home/me/.local/share/berth/qemu/dev-01234567';

    const { path } = startFile({ platform: 'linux', environment: { HOME: '/home/me' }, isRoot: false, folder }, words);

    expect(path).toBe('/home/me/.config/systemd/user/default.target.wants/berth-dev-01234567.service');
  });

  it('is a launch agent on macOS', () => {
    const folder = '/Users/me/Library/Application Support/berth/qemu/dev-01234567';

    const file = startFile({ platform: 'darwin', environment: { HOME: '/Users/me' }, isRoot: false, folder }, words);

    expect(file.path).toBe('/Users/me/Library/LaunchAgents/berth-dev-01234567.plist');
    expect(file.content).toContain(
      `<string>-c</string><string>[ -e '${folder}/saved.json' ] || exec /usr/bin/qemu-system-x86_64 -name dev`,
    );
  });

  it('is a command among those that Windows starts', () => {
    const folder = 'C:\\Users\\me\\AppData\\Local\\berth\\qemu\\dev-01234567';
    const environment = { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' };

    const file = startFile({ platform: 'win32', environment, isRoot: false, folder }, ['C:\\qemu\\qemu.exe', '100%']);

    expect(file).toEqual({
      path: 'C:\\Users\\me\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\berth-dev-01234567.cmd',
      content: `@if not exist "${folder}\\saved.json" start "" /b "C:\\qemu\\qemu.exe" "100%%"\r\n`,
    });
  });
});

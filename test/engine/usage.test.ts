import { describe, expect, it } from '@jest/globals';
import { parseUsage } from '../../src/engine/usage.js';

const NOTHING = { count: 0, bytes: 0, reclaimableBytes: 0 };

describe('what an engine says about its disk', () => {
  it('is added up where the engine does not', () => {
    const usage = parseUsage({
      LayersSize: 1000,
      Images: [
        { Size: 700, SharedSize: 100, Containers: 1 },
        { Size: 500, SharedSize: 100, Containers: 0 },
      ],
      Containers: [{ SizeRw: 40, State: 'running' }, { SizeRw: 2, State: 'exited' }, { State: 'created' }],
      Volumes: [
        { UsageData: { Size: 30, RefCount: 1 } },
        { UsageData: { Size: 5, RefCount: 0 } },
        { UsageData: { Size: -1, RefCount: 0 } },
      ],
      BuildCache: [
        { Size: 9, InUse: false, Shared: false },
        { Size: 8, InUse: true, Shared: false },
        { Size: 7, InUse: false, Shared: true },
      ],
    });

    expect(usage).toEqual({
      images: { count: 2, bytes: 1000, reclaimableBytes: 400 },
      containers: { count: 3, bytes: 42, reclaimableBytes: 2 },
      volumes: { count: 3, bytes: 35, reclaimableBytes: 5 },
      buildCache: { count: 3, bytes: 17, reclaimableBytes: 9 },
    });
  });

  it('is taken as it is from an engine that adds up', () => {
    const sum = { ActiveCount: 1, TotalCount: 2, TotalSize: 300, Reclaimable: 100 };
    const all = { count: 2, bytes: 300, reclaimableBytes: 100 };

    const usage = parseUsage({ ImageUsage: sum, ContainerUsage: sum, VolumeUsage: sum, BuildCacheUsage: sum });

    expect(usage).toEqual({ images: all, containers: all, volumes: all, buildCache: all });
  });

  it.each([undefined, null, 'x', { Images: null, Volumes: {} }])('is nothing where it is %j', (answer) => {
    expect(parseUsage(answer)).toEqual({ images: NOTHING, containers: NOTHING, volumes: NOTHING, buildCache: NOTHING });
  });
});

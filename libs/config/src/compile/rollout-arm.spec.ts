import fc from 'fast-check';
import { assignArm } from './rollout-arm.js';

const someId = fc.stringMatching(/^[a-z0-9]{8,32}$/);
const somePercentage = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);

describe('assignArm', () => {
  it('keeps a unit in the treatment when the percentage rises, and in the control when it falls', () => {
    fc.assert(
      fc.property(
        someId,
        fc.tuple(fc.string(), fc.string()),
        somePercentage,
        somePercentage,
        (id, unit, one, other) => {
          const [low, high] = [Math.min(one, other), Math.max(one, other)];
          const [below, above] = [low, high].map((percentage) => assignArm({ id, percentage }, ...unit));
          expect(below === 'control' || above === 'treatment').toBe(true);
        },
      ),
    );
  });

  it('assigns no unit to the treatment at 0, and every unit at 100', () => {
    fc.assert(
      fc.property(someId, fc.string(), (id, unit) => {
        expect(assignArm({ id, percentage: 0 }, unit)).toBe('control');
        expect(assignArm({ id, percentage: 100 }, unit)).toBe('treatment');
      }),
    );
  });

  it('assigns the same arms in every release: these were computed by hand', () => {
    const rollout = { id: '0123456789abcdef', percentage: 30 };
    expect(['acme', 'beta', 'gamma', 'delta'].map((tenant) => assignArm(rollout, tenant))).toEqual([
      'control',
      'treatment',
      'treatment',
      'treatment',
    ]);
    expect(['ann', 'bob', 'cleo', 'dan'].map((user) => assignArm(rollout, 'acme', user))).toEqual([
      'treatment',
      'control',
      'control',
      'control',
    ]);
    const at = (percentage: number) => assignArm({ ...rollout, percentage }, 'beta');
    expect([at(18.3), at(18.31)]).toEqual(['control', 'treatment']);
  });

  it('assigns about the given percentage of units to the treatment', () => {
    const tenants = Array.from({ length: 10_000 }, (_, index) => `tenant-${index}`);
    const treated = tenants.filter(
      (tenant) => assignArm({ id: 'a1b2c3d4', percentage: 10 }, tenant) === 'treatment',
    );
    expect(treated.length).toBeGreaterThan(850);
    expect(treated.length).toBeLessThan(1150);
  });

  it('keeps the subject of one tenant apart from another tenant whose id overlaps with it', () => {
    const units = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc', ''],
    ];
    const differing = Array.from({ length: 64 }, (_, index) => `rollout${index}`).filter((id) => {
      const found = new Set(units.map((unit) => assignArm({ id, percentage: 50 }, ...unit)));
      return found.size > 1;
    });
    expect(differing.length).toBeGreaterThan(0);
  });
});

import fc from 'fast-check';
import { assignArm } from './rollout-arm.js';

const someId = fc.stringMatching(/^[a-z0-9]{8,32}$/);
const somePercentage = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);

describe('the arm of a unit', () => {
  it('stays the treatment when the percentage is raised, and the control when it is lowered', () => {
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

  it('is nobody’s treatment at 0 and everybody’s at 100', () => {
    fc.assert(
      fc.property(someId, fc.string(), (id, unit) => {
        expect(assignArm({ id, percentage: 0 }, unit)).toBe('control');
        expect(assignArm({ id, percentage: 100 }, unit)).toBe('treatment');
      }),
    );
  });

  it('is the same for good: these were worked out by hand', () => {
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

  it('is the treatment for about as many as the percentage says', () => {
    const tenants = Array.from({ length: 10_000 }, (_, index) => `tenant-${index}`);
    const treated = tenants.filter(
      (tenant) => assignArm({ id: 'a1b2c3d4', percentage: 10 }, tenant) === 'treatment',
    );
    expect(treated.length).toBeGreaterThan(850);
    expect(treated.length).toBeLessThan(1150);
  });

  it('tells a tenant’s subject from another tenant whose id runs into it', () => {
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

import { readSettings } from '../settings/setting-schema.js';
import { changeRows, changeSummary, storedChanges } from './change-rows.js';

const settings = readSettings({
  temperature: { title: 'Temperature', type: 'number', default: 0.7 },
  max_tokens: { title: 'Longest answer', type: 'integer', default: 1000 },
});
const explained = {
  own: { temperature: 0.2 },
  effective: { temperature: 0.2, max_tokens: 1000 },
  layers: {
    temperature: [
      { layer: 'platform', value: 0.7, set_by: 'system', at: null },
      { layer: 'tenant', value: 0.2, set_by: 'tenant_admin', at: null },
    ],
    max_tokens: [
      { layer: 'platform', value: 800, set_by: 'system', at: null },
      { layer: 'plan', value: 1000, set_by: 'platform_admin', at: null },
    ],
  },
} as const;

describe('changeRows', () => {
  it('a new value comes from the tenant, and the old one from the layer that set it', () => {
    expect(changeRows({ max_tokens: 500 }, explained, settings)).toEqual([
      {
        name: 'max_tokens',
        title: 'Longest answer',
        from: 1000,
        fromLayer: 'plan',
        to: 500,
        toLayer: 'tenant',
      },
    ]);
  });

  it('a reset shows beforehand the value that shows through, and its layer', () => {
    expect(changeRows({ temperature: null }, explained, settings)).toEqual([
      {
        name: 'temperature',
        title: 'Temperature',
        from: 0.2,
        fromLayer: 'tenant',
        to: 0.7,
        toLayer: 'platform',
      },
    ]);
  });
});

it('a stored value that a rollback removes becomes the value that applies without it', () => {
  expect(storedChanges([{ field: 'temperature', from: 0.2, to: null }], settings, 'not set')).toEqual([
    { field: 'temperature', title: 'Temperature', from: 0.2, to: 0.7, toNote: 'not set' },
  ]);
  expect(storedChanges([{ field: 'override_allowed', from: true, to: false }], settings, 'not set')).toEqual([
    { field: 'override_allowed', title: 'override_allowed', from: true, to: false },
  ]);
});

it('changeSummary names two settings and counts the others', () => {
  expect(changeSummary({ temperature: 1 })).toBe('temperature');
  expect(changeSummary({ temperature: 1, override_allowed: false })).toBe('temperature, the lock');
  expect(changeSummary({ a: 1, b: 2, c: 3, d: 4 })).toBe('a, b and 2 more');
});

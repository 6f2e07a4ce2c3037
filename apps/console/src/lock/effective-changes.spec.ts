import type { Explained } from '../settings/explanation.js';
import { readSettings } from '../settings/setting-schema.js';
import { effectiveChanges, patchTo } from './effective-changes.js';

const layer = (name: 'plan' | 'tenant', value: unknown) => ({ layer: name, value, set_by: null, at: null });
const configuration = {
  effective: { temperature: 0.2, max_tokens: 1000, prompt_variables: { tone: 'calm', name: 'Ada' } },
  own: { temperature: 0.2, prompt_variables: { tone: 'calm', name: 'Ada' } },
  layers: {
    temperature: [layer('plan', 0.5), layer('tenant', 0.2)],
    max_tokens: [layer('plan', 1000)],
  },
} as unknown as Explained;
const settings = readSettings({
  temperature: { title: 'Temperature', type: 'number', default: 0.5 },
  max_tokens: { title: 'Longest answer', type: 'integer', default: 1000 },
  prompt_variables: { type: 'object', default: {} },
});
const tenant = { configuration, settings };

describe('patchTo', () => {
  it('a value that applies already is no change', () => {
    expect(patchTo({ temperature: 0.2, max_tokens: 1000 }, tenant)).toEqual({});
    expect(patchTo({ temperature: 0.2, max_tokens: 900 }, tenant)).toEqual({ max_tokens: 900 });
  });

  it('a reset changes only what the tenant stores', () => {
    expect(patchTo({ temperature: null, max_tokens: null }, tenant)).toEqual({ temperature: null });
  });

  it('an object is sent by the keys that differ, and a key that is gone becomes null', () => {
    expect(patchTo({ prompt_variables: { tone: 'warm' } }, tenant)).toEqual({
      prompt_variables: { tone: 'warm', name: null },
    });
  });
});

describe('effectiveChanges', () => {
  it('a change has the value that applies now, with its layer, and the new one', () => {
    expect(effectiveChanges({ max_tokens: 900 }, tenant)).toEqual([
      { field: 'max_tokens', title: 'Longest answer', from: 1000, fromNote: 'Plan', to: 900 },
    ]);
  });

  it('a reset has the value of the layer below', () => {
    expect(effectiveChanges({ temperature: null }, tenant)).toEqual([
      { field: 'temperature', title: 'Temperature', from: 0.2, fromNote: 'Tenant', to: 0.5, toNote: 'Plan' },
    ]);
  });

  it('an object is shown whole, after its merge with what the tenant stores', () => {
    const [change] = effectiveChanges({ prompt_variables: { name: null } }, tenant);
    expect(change).toMatchObject({ to: { tone: 'calm' } });
  });
});

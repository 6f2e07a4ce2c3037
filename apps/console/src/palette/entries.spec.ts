import { type PaletteContext, localEntries } from './entries.js';

const around: PaletteContext = {
  tenantId: 'acme-law',
  screens: [{ path: '/usage', label: 'Usage', letter: 'u', to: '/tenants/acme-law/usage' }],
  settings: [
    { name: 'retrieval_top_k', title: 'Chunks per question', types: ['integer'] },
    { name: 'temperature', title: 'Temperature', types: ['number'] },
  ],
  refusal: null,
  isPlatformAdmin: true,
};

const only = (input: string, more: Partial<PaletteContext> = {}) =>
  localEntries(input, { ...around, ...more });

describe('localEntries', () => {
  it('an empty search shows the screens with their letters', () => {
    expect(only('')[0]).toEqual({
      id: '/tenants/acme-law/usage',
      group: 'Screens',
      label: 'Usage',
      hint: 'g u',
      to: '/tenants/acme-law/usage',
    });
  });

  it('a setting is found by its title and by its name', () => {
    for (const search of ['chunks', 'top_k'])
      expect(only(search)).toMatchObject([
        { group: 'Settings', to: '/tenants/acme-law/configuration?setting=retrieval_top_k' },
      ]);
  });

  it('"set temperature 0.2" becomes an act with a number', () => {
    expect(only('set temperature 0.2')).toMatchObject([
      { act: { kind: 'set', tenantId: 'acme-law', setting: 'temperature', value: 0.2 } },
    ]);
  });

  it('"undo last change" is for the tenant that is shown, and "undo globex" for another', () => {
    expect(only('undo last change')).toMatchObject([{ act: { kind: 'undo', tenantId: 'acme-law' } }]);
    expect(only('undo globex')).toMatchObject([{ act: { kind: 'undo', tenantId: 'globex' } }]);
  });

  it('"suspend globex" wants the tenant suspended', () => {
    expect(only('suspend globex')).toMatchObject([
      { act: { kind: 'status', tenantId: 'globex', wanted: 'suspended' } },
    ]);
  });

  it.each([
    ['set temperature 0.2', { refusal: 'You are a member.' }, 'You are a member.'],
    ['set temperature 0.2', { tenantId: null }, 'Open a tenant first.'],
    ['set temprature 0.2', {}, 'There is no setting "temprature"; check the spelling.'],
    ['why temprature', {}, 'There is no setting "temprature"; check the spelling.'],
    ['undo', { refusal: 'You are a member.' }, 'You are a member.'],
    ['suspend globex', { isPlatformAdmin: false }, 'Only a platform admin may do this.'],
  ])('"%s" with %j says why it is not possible', (input, more, refusal) => {
    const [entry] = only(input, more);
    expect(entry).toMatchObject({ refusal });
    expect(entry).not.toHaveProperty('act');
  });
});

import { parseChange } from './parse-change.js';

const rules = (body: unknown, isPlatform = false) =>
  parseChange(body, isPlatform).errors.map(({ field, rule }) => `${field}: ${rule}`);

describe('parseChange', () => {
  it('splits a body into settings and options', () => {
    const body = { temperature: 0, ui_logo_url: null, reason: 'calmer', override_allowed: false };
    expect(parseChange(body, false)).toEqual({
      patch: { temperature: 0, ui_logo_url: null },
      options: { reason: 'calmer', override_allowed: false },
      errors: [],
    });
  });

  it.each([[[]], [null], ['x'], [3], [undefined]])('refuses %j, which is not an object', (body) => {
    expect(rules(body)).toEqual([': type']);
  });

  it.each([
    'tenant_id',
    'version',
    'last_modified_by_role',
    'updated_by',
    'created_at',
    'updated_at',
    'custom_domain_verified',
    'managed_by_code',
    'sources',
    'own',
  ])('refuses %s, which GET shows and PATCH cannot set', (name) => {
    expect(rules({ [name]: 'x' }, true)).toEqual([`${name}: read_only`]);
  });

  it('refuses unknown names, also __proto__ and members of every object', () => {
    const body: unknown = JSON.parse(
      '{"__proto__":{"temperature":1},"constructor":1,"hasOwnProperty":1,"temprature":1}',
    );
    const { patch, errors } = parseChange(body, false);
    expect(errors.map(({ field, rule }) => `${field}: ${rule}`)).toEqual([
      '__proto__: unknown_field',
      'constructor: unknown_field',
      'hasOwnProperty: unknown_field',
      'temprature: unknown_field',
    ]);
    expect(patch.temperature).toBeUndefined();
  });

  it('shortens a long name to 200 characters in the error', () => {
    const [error] = parseChange({ ['x'.repeat(5000)]: 1 }, false).errors;
    expect(error?.field).toHaveLength(200);
  });

  it('accepts force only from the platform, and only with a reason', () => {
    expect(rules({ force: true, reason: 'incident' })).toEqual(['force: unknown_field']);
    expect(rules({ force: true, reason: 'incident' }, true)).toEqual([]);
    expect(rules({ force: true }, true)).toEqual(['reason: required']);
    expect(rules({ force: true, reason: '' }, true)).toEqual(['reason: required']);
    expect(rules({ force: true, reason: null }, true)).toEqual(['reason: required']);
    expect(rules({ force: false }, true)).toEqual([]);
  });

  it.each([
    [{ override_allowed: 'no' }, 'override_allowed: type'],
    [{ override_allowed: null }, 'override_allowed: type'],
    [{ force: 1 }, 'force: type'],
    [{ reason: 5 }, 'reason: type'],
    [{ reason: 'a\0b' }, 'reason: pattern'],
    [{ reason: 'x'.repeat(501) }, 'reason: max_length'],
  ])('refuses %j with %s', (body, error) => {
    expect(rules(body, true)).toEqual([error]);
  });

  it('accepts a reason of 500 characters, and counts an emoji as one', () => {
    expect(rules({ reason: 'x'.repeat(500) })).toEqual([]);
    expect(rules({ reason: '😀'.repeat(500) })).toEqual([]);
    expect(rules({ reason: '😀'.repeat(501) })).toEqual(['reason: max_length']);
  });

  it('lists every error at once', () => {
    expect(rules({ version: 3, unknown: 1, reason: 5, force: 'yes' }, true)).toEqual([
      'reason: type',
      'force: type',
      'version: read_only',
      'unknown: unknown_field',
    ]);
  });
});

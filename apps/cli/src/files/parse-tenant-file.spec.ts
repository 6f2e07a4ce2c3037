import { parseYamlFile } from './parse-tenant-file.js';

const errorsIn = (...lines: string[]): string[] =>
  parseYamlFile('a.yaml', lines.join('\n')).errors.map(({ place, message }) => `${place} ${message}`);

describe('parseTenantFile', () => {
  it('returns the settings of the file', () => {
    const { file, errors: faults } = parseYamlFile(
      'a.yaml',
      'tenant: acme # ours\nmodel: {temperature: 0}\nprompts:\n',
    );
    expect(faults).toEqual([]);
    expect(file).toEqual({ tenantId: 'acme', settings: { temperature: 0 }, exportedVersion: null });
  });

  it('reports each error with its line and column', () => {
    expect(
      errorsIn('tenant: acme', 'model:', '  temprature: 1', '  temperature: 9', 'branding:', '  logo_url:'),
    ).toEqual([
      'a.yaml:3:3 Unknown setting "model.temprature". Did you mean "temperature"? Allowed: name, fallback, temperature, max_tokens, reasoning_effort.',
      'a.yaml:6:3 branding.logo_url is empty; leave it out to use the value of the next lower layer.',
      'a.yaml:4:16 model.temperature must be at most 2.',
    ]);
  });

  it.each([
    ['nothing', '', /^a\.yaml:1:1 The file is empty\.$/],
    ['a comment alone', '# acme\n', /^a\.yaml:1:1 The file is empty\.$/],
    ['a list', '- acme\n', /^a\.yaml:1:1 The file must be a mapping/],
    ['no tenant', 'model: {temperature: 1}\n', /^a\.yaml:1:1 tenant must be the id of a tenant/],
    ['a bracket too few', 'tenant: [\n', /^a\.yaml:2:1 /],
    ['a tab', 'tenant: acme\nmodel:\n\ttemperature: 1\n', /^a\.yaml:3:\d /],
    ['a key twice', 'tenant: acme\nmodel: {}\nmodel: {}\n', /^a\.yaml:3:1 Map keys must be unique$/],
    ['two documents', 'tenant: acme\n---\ntenant: globex\n', /^a\.yaml:2:1 A file holds one tenant/],
    ['an unknown tag', 'tenant: !!python/object acme\n', /^a\.yaml:1:9 Unresolved tag/],
    [
      'an alias',
      'tenant: acme\nprompts: {variables: {one: &a 1, two: *a}}\n',
      /^a\.yaml:2:39 Aliases are not taken/,
    ],
    [
      'infinity',
      'tenant: acme\nmodel: {temperature: .inf}\n',
      /^a\.yaml:2:22 model\.temperature must be a number\.$/,
    ],
    ['a key that is a list', 'tenant: acme\n? [model]\n: 1\n', /^a\.yaml:1:1 Unknown setting "\[ model \]"/],
    [
      'a dotted variable',
      'tenant: acme\nprompts: {variables: {a.b: 1}}\n',
      /^a\.yaml:2:28 A variable's name/,
    ],
  ])('refuses a file with %s', (_what, text, fault) => {
    const [first = '', ...others] = parseYamlFile('a.yaml', text).errors.map(
      ({ place, message }) => `${place} ${message}`,
    );
    expect(first).toMatch(fault);
    expect(others).toEqual([]);
  });

  it('returns the place of a setting, or of the setting that a path belongs to', () => {
    const { locate: placeOf } = parseYamlFile('a.yaml', 'tenant: acme\nmodel:\n  name: gpt-4\n');
    expect(placeOf('model.name')).toBe('a.yaml:3:9');
    expect(placeOf('model.temperature')).toBe('a.yaml:2:1');
    expect(placeOf('limits.max_documents')).toBe('a.yaml:1:1');
  });
});

import { inspect } from 'node:util';
import { integer, matching, minBytes, oneOf, text, url } from './variable-readers.js';
import {
  EnvironmentError,
  type Variables,
  VariablesConfig,
  findVariable,
  readVariables,
} from './variables.js';

const readers = {
  PORT: integer(0, 65_535, 3000),
  LEVEL: oneOf<'low' | 'high'>(['low', 'high']),
  ADDRESS: url('http:', 'https:'),
  SECRET: minBytes(32),
  NAME: matching(/^[a-z]+$/, 'small letters'),
  FOLDER: text,
};

function errorsOf(variables: Variables): readonly string[] {
  try {
    readVariables(readers, variables, ({ LEVEL: level, FOLDER: folder }) => [
      [level === 'high' && folder === null, 'LEVEL=high needs FOLDER.'],
    ]);
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.errors;
    throw error;
  }
}

describe('readVariables', () => {
  it('returns null or the default for variables that are not set', () => {
    expect(readVariables(readers, {})).toEqual({
      PORT: 3000,
      LEVEL: null,
      ADDRESS: null,
      SECRET: null,
      NAME: null,
      FOLDER: null,
    });
  });

  it('treats an empty variable as unset, and trims the others', () => {
    expect(readVariables(readers, { PORT: '', LEVEL: '  ', FOLDER: ' data ' })).toMatchObject({
      PORT: 3000,
      LEVEL: null,
      FOLDER: 'data',
    });
  });

  it('treats what Kubernetes sets for a service as unset', () => {
    const links = { MANAGEMENT_PORT: 'tcp://10.0.0.5:9090', API_SERVICE_PORT: '80' };
    const linkReaders = { MANAGEMENT_PORT: integer(1, 65_535, null), API_SERVICE_PORT: text };
    expect(readVariables(linkReaders, links)).toEqual({ MANAGEMENT_PORT: null, API_SERVICE_PORT: null });
    expect(readVariables(linkReaders, { MANAGEMENT_PORT: '9090' }).MANAGEMENT_PORT).toBe(9090);
  });

  it.each([
    [{ PORT: '0' }],
    [{ PORT: '65535' }],
    [{ SECRET: '€'.repeat(11) }],
    [{ LEVEL: 'high', FOLDER: 'x' }],
    [{ HOME: '/root', NODE_ENV: 'production' }],
  ])('accepts %j', (variables: Variables) => {
    expect(errorsOf(variables)).toEqual([]);
  });

  it.each([
    ['PORT', '65536', 'PORT must be a whole number from 0 to 65535, not "65536".'],
    ['PORT', '-1', 'PORT must be a whole number from 0 to 65535, not "-1".'],
    ['PORT', '3e3', 'PORT must be a whole number from 0 to 65535, not "3e3".'],
    ['PORT', '0x10', 'PORT must be a whole number from 0 to 65535, not "0x10".'],
    ['PORT', '80.5', 'PORT must be a whole number from 0 to 65535, not "80.5".'],
    ['LEVEL', 'loud', 'LEVEL must be one of low, high, not "loud".'],
    ['ADDRESS', 'ftp://a', 'ADDRESS must be a URL that starts with http:// or https://.'],
    ['ADDRESS', 'a.example', 'ADDRESS must be a URL that starts with http:// or https://.'],
    ['ADDRESS', 'https:a.example', 'ADDRESS must be a URL that starts with http:// or https://.'],
    ...['https://', 'https://a:99999', 'https://user:p/w@a.example', 'https://user:p#w@a.example'].map(
      (address): [string, string, string] => [
        'ADDRESS',
        address,
        'ADDRESS must be a URL with a valid host and port; in a user name or password write / as %2F, # as %23, ? as %3F and @ as %40.',
      ],
    ),
    ['SECRET', 'x'.repeat(31), 'SECRET must have at least 32 bytes.'],
    ['NAME', 'Two Words', 'NAME must have the form small letters.'],
  ])('refuses %s=%s', (name, value, error) => {
    expect(errorsOf({ [name]: value })).toEqual([error]);
  });

  it('reports every wrong variable and every broken rule in one error', () => {
    expect(errorsOf({ PORT: 'x', ADDRESS: 'x', LEVEL: 'high' })).toEqual([
      'PORT must be a whole number from 0 to 65535, not "x".',
      'ADDRESS must be a URL that starts with http:// or https://.',
      'LEVEL=high needs FOLDER.',
    ]);
  });

  it('shows no wrong value of a reader of secrets', () => {
    const errors = errorsOf({ SECRET: 'hush', NAME: 'hush 1', ADDRESS: 'ftp://u:hush@h' });
    expect(errors).toHaveLength(3);
    expect(errors.join()).not.toContain('hush');
  });
});

describe('findVariable', () => {
  it('does not find what every object inherits', () => {
    expect(findVariable({}, 'constructor')).toBeNull();
  });
});

describe('EnvironmentError', () => {
  it('has one line for each error', () => {
    expect(new EnvironmentError(['A is wrong.', 'B is wrong.']).message).toBe(
      'The environment is not valid:\n  A is wrong.\n  B is wrong.',
    );
  });
});

describe('VariablesConfig', () => {
  it('shows only its name when it is printed', () => {
    class SecretConfig extends VariablesConfig {
      readonly secret = 'hush';
    }
    expect(inspect({ config: new SecretConfig() })).toBe('{ config: SecretConfig }');
    expect(JSON.stringify(new SecretConfig())).toBe('"SecretConfig"');
  });
});

import { readSecretFiles } from './secret-files.js';
import { EnvironmentError, type Variables } from './variables.js';

function readFile(path: string): string {
  const files: Record<string, string> = { '/run/secrets/jwt': ' secret\n', '/empty': ' \n' };
  const text = files[path];
  if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
  return text;
}

const secrets = new Set(['JWT_SECRET', 'DATABASE_URL', 'REDIS_URL']);
const options = { isSecret: (name: string) => secrets.has(name), readFile };

function errorsOf(variables: Variables): readonly string[] {
  try {
    readSecretFiles(variables, options);
    return [];
  } catch (error) {
    return (error as EnvironmentError).errors;
  }
}

describe('readSecretFiles', () => {
  it('sets a secret to the contents of the file that <NAME>_FILE names', () => {
    const variables = {
      JWT_SECRET_FILE: '/run/secrets/jwt',
      PORT: '80',
    };
    expect(readSecretFiles(variables, options)).toEqual({
      JWT_SECRET: 'secret',
      PORT: '80',
    });
  });

  it('leaves names alone that are no secret of the service, and those without a value', () => {
    const variables = {
      SSL_CERT_FILE: '/etc/ssl/cert.pem',
      PORT_FILE: '/x',
      JWT_SECRET_FILE: '',
      JWT_SECRET: 'own',
    };
    expect(readSecretFiles(variables, options)).toEqual(variables);
  });

  it('reports every file that cannot be used, and never its contents', () => {
    const variables = {
      DATABASE_URL_FILE: '/missing',
      REDIS_URL_FILE: '/empty',
      JWT_SECRET: 'own',
      JWT_SECRET_FILE: '/run/secrets/jwt',
    };
    expect(errorsOf(variables)).toEqual([
      "DATABASE_URL_FILE names a file that cannot be read: ENOENT: no such file or directory, open '/missing'.",
      'REDIS_URL_FILE names a file that is empty.',
      'JWT_SECRET and JWT_SECRET_FILE are both set; set one of them.',
    ]);
  });
});

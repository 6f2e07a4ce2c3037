import { EnvironmentError, type Variables, findVariable } from './variables.js';

const suffix = '_FILE';

/** How secrets are recognised and read. */
export interface SecretFileOptions {
  /** Whether the variable of this name can be given as a file. */
  isSecret(name: string): boolean;
  /** The contents of the file; throws when it cannot be read. */
  readFile(path: string): string;
}

/**
 * The variables with the contents of the files that `<NAME>_FILE` names, for secrets. Other names that end like that, such as
 * `SSL_CERT_FILE`, stay as they are. White space around the contents is no part of them.
 *
 * ```ts
 * const variables = readSecretFiles(
 *   { JWT_SECRET_FILE: '/run/secrets/jwt' },
 *   { isSecret: (name) => name === 'JWT_SECRET', readFile: (path) => `contents of ${path}` },
 * );
 * ```
 *
 * @throws EnvironmentError when a file cannot be read or is empty, or the variable itself is set, too.
 */
export function readSecretFiles(variables: Variables, options: SecretFileOptions): Variables {
  const errors: string[] = [];
  const result: Record<string, string | undefined> = { ...variables };
  for (const fileName of Object.keys(variables).filter((name) => name.endsWith(suffix))) {
    const name = fileName.slice(0, -suffix.length);
    const path = findVariable(variables, fileName);
    if (path === null || !options.isSecret(name)) continue;
    delete result[fileName];
    if (findVariable(variables, name) !== null)
      errors.push(`${name} and ${fileName} are both set; set one of them.`);
    else result[name] = readSecret(fileName, () => options.readFile(path), errors);
  }
  if (errors.length > 0) throw new EnvironmentError(errors);
  return result;
}

function readSecret(fileName: string, read: () => string, errors: string[]): string {
  try {
    const secret = read().trim();
    if (secret === '') errors.push(`${fileName} names a file that is empty.`);
    return secret;
  } catch (error) {
    errors.push(`${fileName} names a file that cannot be read: ${(error as Error).message}.`);
    return '';
  }
}

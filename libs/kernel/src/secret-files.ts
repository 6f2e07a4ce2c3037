import { EnvironmentError, type Variables, findVariable } from './variables.js';

/** Variables with passwords and keys. Each can be given as a file: `JWT_SECRET_FILE` names the file with the value of `JWT_SECRET`. */
export const secretVariables: readonly string[] = [
  'ANTHROPIC_API_KEY',
  'ATTUNE_API_KEY',
  'ATTUNE_PLATFORM_API_KEY',
  'DATABASE_URL',
  'EMBEDDINGS_API_KEY',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'JWT_SECRET',
  'LAUNCHDARKLY_SDK_KEY',
  'METRICS_TOKEN',
  'MIGRATION_DATABASE_URL',
  'OIDC_CLIENT_SECRET',
  'OPENAI_API_KEY',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'PINECONE_API_KEY',
  'REDIS_URL',
  'RERANKER_API_KEY',
];

const suffix = '_FILE';

/**
 * The variables with the contents of the files that `<NAME>_FILE` names, for secrets and for `MODEL_KEY_…`. Other names that end like
 * that, such as `SSL_CERT_FILE`, stay as they are. White space around the contents is no part of them.
 *
 * ```ts
 * const variables = readSecretFiles({ JWT_SECRET_FILE: '/run/secrets/jwt' }, (path) => `contents of ${path}`);
 * ```
 *
 * @throws EnvironmentError when a file cannot be read or is empty, or the variable itself is set, too.
 */
export function readSecretFiles(variables: Variables, readFile: (path: string) => string): Variables {
  const errors: string[] = [];
  const result: Record<string, string | undefined> = { ...variables };
  for (const fileName of Object.keys(variables).filter(isSecretFile)) {
    const path = findVariable(variables, fileName);
    if (path === null) continue;
    delete result[fileName];
    const name = fileName.slice(0, -suffix.length);
    if (findVariable(variables, name) !== null)
      errors.push(`${name} and ${fileName} are both set; set one of them.`);
    else result[name] = readSecret(fileName, () => readFile(path), errors);
  }
  if (errors.length > 0) throw new EnvironmentError(errors);
  return result;
}

function isSecretFile(name: string): boolean {
  if (!name.endsWith(suffix)) return false;
  return secretVariables.includes(name.slice(0, -suffix.length)) || name.startsWith('MODEL_KEY_');
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

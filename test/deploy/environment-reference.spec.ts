import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSecretVariable } from '../../apps/api/src/configuration/load-sections.js';
import { serviceVariables } from './service-variables.js';

const reference = readFileSync(join(import.meta.dirname, '../../docs/reference/environment.md'), 'utf8');

describe('docs/reference/environment.md', () => {
  it.each(serviceVariables)('names %s', (name) => {
    expect(reference).toContain(`\`${name}\``);
  });

  it('says which secrets can be files: all variables with a key, a secret, a token, a password or headers', () => {
    const secrets = serviceVariables.filter((name) =>
      /_(KEY|SECRET|TOKEN|HEADERS|PROXY)$|^(MIGRATION_)?DATABASE(_READ)?_URL$|^REDIS_URL$/.test(name),
    );
    const marked = serviceVariables.filter((name) => isSecretVariable(name, {}));
    expect(marked.toSorted()).toEqual(secrets.filter((name) => name !== 'NO_PROXY').toSorted());
    expect(reference).toContain('`<NAME>_FILE`');
  });

  it('names no variable that neither the service nor Node.js reads', () => {
    const named = [...reference.matchAll(/`([A-Z][A-Z_]{3,})`/g)].map(([, name]) => name!);
    const isOther = (name: string) => /^(?:DEFAULT_|NODE_|MODEL_KEY_)/.test(name);
    expect(named.filter((name) => !serviceVariables.includes(name) && !isOther(name))).toEqual([]);
  });
});

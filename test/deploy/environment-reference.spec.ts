import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceVariables } from './service-variables.js';

const reference = readFileSync(join(import.meta.dirname, '../../docs/reference/environment.md'), 'utf8');

describe('docs/reference/environment.md', () => {
  it.each(serviceVariables)('names %s', (name) => {
    expect(reference).toContain(`\`${name}\``);
  });

  it('names no variable that neither the service nor Node.js reads', () => {
    const named = [...reference.matchAll(/`([A-Z][A-Z_]{3,})`/g)].map(([, name]) => name!);
    const isOther = (name: string) => /^(?:DEFAULT_|NODE_|MODEL_KEY_)/.test(name);
    expect(named.filter((name) => !serviceVariables.includes(name) && !isOther(name))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationVariables } from '#config';
import { databaseVariables } from '#database';
import { egressVariables } from '#egress';
import { meteringVariables } from '#metering';
import { ragVariables } from '#rag';
import { redisVariables } from '#redis';
import { tenancyVariables } from '#tenancy';
import { apiVariables } from '../../apps/api/src/configuration/api.config.js';

const reference = readFileSync(join(import.meta.dirname, '../../docs/reference/environment.md'), 'utf8');
const variables = {
  ...apiVariables,
  ...configurationVariables,
  ...databaseVariables,
  ...egressVariables,
  ...meteringVariables,
  ...ragVariables,
  ...redisVariables,
  ...tenancyVariables,
};

describe('docs/reference/environment.md', () => {
  it.each(Object.keys(variables))('names %s', (name) => {
    expect(reference).toContain(`\`${name}\``);
  });

  it('names no variable that the service does not read', () => {
    const named = [...reference.matchAll(/`([A-Z][A-Z_]{3,})`/g)].map(([, name]) => name!);
    expect(named.filter((name) => !Object.hasOwn(variables, name) && !name.startsWith('DEFAULT_'))).toEqual(
      [],
    );
  });
});

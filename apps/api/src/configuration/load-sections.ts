import { configurationConfig, configurationVariables } from '#config';
import { databaseConfig, databaseVariables } from '#database';
import { egressConfig, egressVariables } from '#egress';
import { EnvironmentError, type Variables, findVariable, secretNames } from '#kernel';
import { meteringConfig, meteringVariables } from '#metering';
import { isModelKeyVariable, ragConfig, ragVariables } from '#rag';
import { redisConfig, redisVariables } from '#redis';
import { tracingConfig, tracingVariables } from '#telemetry';
import { tenancyConfig, tenancyVariables } from '#tenancy';
import { apiConfig, apiVariables } from './api.config.js';

/** Each section with its variables. */
const sections = [
  [apiConfig, apiVariables],
  [databaseConfig, databaseVariables],
  [redisConfig, redisVariables],
  [egressConfig, egressVariables],
  [tenancyConfig, tenancyVariables],
  [configurationConfig, configurationVariables],
  [meteringConfig, meteringVariables],
  [ragConfig, ragVariables],
  [tracingConfig, tracingVariables],
] as const;

/** `DEFAULT_…` is not among them; the section of config checks it. */
const knownNames = new Set(sections.flatMap(([, readers]) => Object.keys(readers)));

const secrets = new Set(sections.flatMap(([, readers]) => secretNames(readers)));

/** Whether the service reads a password or a key from the variable, which can then be given as a file. */
export function isSecretVariable(name: string, variables: Variables): boolean {
  return secrets.has(name) || isModelKeyVariable(name, variables);
}

/**
 * The sections of all libraries, read from these variables, for `ConfigModule.forRoot({ load })`.
 *
 * @throws EnvironmentError with the errors of all sections, and every `ATTUNE_…` that no section has.
 */
export function loadSections(variables: Variables): (() => object)[] {
  const errors = findUnknownVariables(variables);
  const load: (() => object)[] = [];
  for (const [section] of sections) {
    try {
      load.push(bindSection(section, section(variables)));
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      errors.push(...error.errors);
    }
  }
  if (errors.length > 0) throw new EnvironmentError(errors);
  return load;
}

/** A factory of this value with the token of the section, which `registerAs` keeps in properties of the function. */
function bindSection(section: object, value: object): () => object {
  return Object.defineProperties(() => value, Object.getOwnPropertyDescriptors(section));
}

/** Docker gives a container that is linked as `attune` the variables of the other container, with this in front. */
const linkedVariablePrefix = 'ATTUNE_ENV_';

/** A misspelt name would otherwise be ignored without a message. */
function findUnknownVariables(variables: Variables): string[] {
  return Object.keys(variables)
    .filter((name) => name.startsWith('ATTUNE_') && !name.startsWith(linkedVariablePrefix))
    .filter((name) => !knownNames.has(name))
    .filter((name) => findVariable(variables, name) !== null)
    .map((name) => `${name} is not a variable of Attune.`);
}

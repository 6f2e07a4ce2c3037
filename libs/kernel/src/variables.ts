import { inspect } from 'node:util';
import type { VariableReader } from './variable-readers.js';

/** Environment variables by name, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

type VariableReaders = Readonly<Record<string, VariableReader<unknown>>>;

/** What the readers return, by the name of the variable. */
export type VariableValues<Readers extends VariableReaders> = {
  readonly [Name in keyof Readers]: ReturnType<Readers[Name]>;
};

/** Whether variables contradict each other, and the message for the operator if they do. */
export type VariableRule = readonly [isBroken: boolean, message: string];

/** The environment cannot be used. The message has one line for each error, which names the variable and what it must be. */
export class EnvironmentError extends Error {
  constructor(readonly errors: readonly string[]) {
    super(['The environment is not valid:', ...errors.map((error) => `  ${error}`)].join('\n'));
    this.name = 'EnvironmentError';
  }
}

/**
 * Base of each library's configuration class, which a library declares next to its module in `<library>.config.ts`. When it is
 * printed or logged, it shows only its name, because its fields can be secrets.
 *
 * ```ts
 * class MailConfig extends VariablesConfig {
 *   readonly host: string | null;
 *
 *   constructor(variables: Variables = {}) {
 *     super();
 *     this.host = readVariables({ MAIL_HOST: text }, variables).MAIL_HOST;
 *   }
 * }
 * ```
 */
export abstract class VariablesConfig {
  /** Hides the values when the configuration is serialized. */
  toJSON(): string {
    return this.constructor.name;
  }

  /** Hides the values when the configuration is printed. */
  [inspect.custom](): string {
    return this.constructor.name;
  }
}

/**
 * The trimmed value of a variable. Null if it is unset or empty, because compose files pass an unset variable as an empty one; null also
 * if Kubernetes set it for a service, because a service named `attune` brings `ATTUNE_PORT` and `ATTUNE_SERVICE_HOST`.
 */
export function findVariable(variables: Variables, name: string): string | null {
  const value = Object.hasOwn(variables, name) ? variables[name]?.trim() : undefined;
  return value === undefined || value === '' || isServiceLink(name, value) ? null : value;
}

/** The variables that Kubernetes and Docker set in each container for a service of the same namespace. */
function isServiceLink(name: string, value: string): boolean {
  return (
    /_SERVICE_(HOST|PORT(_\w+)?)$/.test(name) ||
    /_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name) ||
    (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value)) ||
    (name.endsWith('_NAME') && /^\/[^/]+\/[^/]+$/.test(value))
  );
}

/**
 * Reads one section of the environment: each variable with its reader.
 *
 * ```ts
 * const { PORT } = readVariables({ PORT: integer(0, 65_535, 3000) }, { PORT: '8080' });
 * ```
 *
 * @param findRules The section's rules between variables. A variable that could not be read is null there.
 * @throws EnvironmentError with every error of the section.
 */
export function readVariables<Readers extends VariableReaders>(
  readers: Readers,
  variables: Variables,
  findRules: (values: VariableValues<Readers>) => readonly VariableRule[] = () => [],
): VariableValues<Readers> {
  const errors: string[] = [];
  const entries = Object.entries(readers).map(([name, reader]) => [
    name,
    readVariable(name, reader, variables, errors),
  ]);
  const values = Object.fromEntries(entries) as VariableValues<Readers>;
  const broken = findRules(values).filter(([isBroken]) => isBroken);
  errors.push(...broken.map(([, message]) => message));
  if (errors.length > 0) throw new EnvironmentError(errors);
  return values;
}

function readVariable(
  name: string,
  reader: VariableReader<unknown>,
  variables: Variables,
  errors: string[],
): unknown {
  try {
    return reader(findVariable(variables, name));
  } catch (error) {
    errors.push(`${name} ${(error as Error).message}.`);
    return null;
  }
}

import { join } from 'node:path';
import { findPrograms } from '../../jest/programs.js';

/**
 * The path of a program that a test runs. It is installed first, where the system lets us.
 *
 * @throws Error that says what is missing and how to install it.
 */
export function programPath<Name extends 'postgres' | 'pgbouncer' | 'unzip' | 'nginx' | 'openssl'>(
  name: Name,
): string {
  return join(findPrograms({ [name]: true } as Record<Name, true>)[name], name);
}

import type { TenantScope } from '../scope/tenant-scope.js';

/** Under this key the page remembers the last answer of the playground, for the prompt's preview. */
export function lastTestKey({ key }: TenantScope): readonly string[] {
  return [...key, 'last-test'];
}

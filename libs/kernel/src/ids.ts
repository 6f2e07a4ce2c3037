import { randomBytes } from 'node:crypto';

const tenantIdPattern = /^[a-z0-9-]{1,100}$/;
const objectIdPattern = /^[a-z0-9]{8,32}$/;

/** True if the text has the form of a tenant's id: 1 to 100 characters out of `a-z 0-9 -` (specification §1.1). */
export function isTenantId(text: string): boolean {
  return tenantIdPattern.test(text);
}

/**
 * True if the text has the form of an id that Attune generates, for keys, change requests, bulk operations, rollouts and golden
 * questions: 8 to 32 characters out of `a-z 0-9`. Other texts need no query, since nothing can have such an id.
 */
export function isObjectId(text: string): boolean {
  return objectIdPattern.test(text);
}

/** Returns this number of random bytes as lower-case hex, two characters each. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

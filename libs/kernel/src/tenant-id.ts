const tenantIdPattern = /^[a-z0-9-]{1,100}$/;

/** A tenant's id is a slug of 1 to 100 characters out of `a-z 0-9 -` (specification §1.1). */
export function isTenantId(text: string): boolean {
  return tenantIdPattern.test(text);
}

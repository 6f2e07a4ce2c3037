import type { Egress } from '#egress';
import { type FieldError, isTenantId } from '#kernel';
import type { Connection, ConnectionValues } from '../connections/connection.repository.js';
import type { ConnectionRequest } from './connection.request.js';

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
const scopePattern = /^[\x21\x23-\x5B\x5D-\x7E]{1,100}$/;

/** What field declarations cannot express: the parts of the address, the characters of scopes, the form of the tenant's id. */
export function findConnectionErrors(
  { issuer, scopes = [], tenant_id: tenantId = null }: Partial<ConnectionRequest>,
  egress: Egress,
): FieldError[] {
  return [
    ...(issuer === undefined ? [] : findIssuerErrors(issuer, egress)),
    ...scopes.flatMap((scope, at) => findScopeErrors(scope, at)),
    ...(tenantId === null || isTenantId(tenantId) ? [] : [unknownTenantError('tenant_id', tenantId)]),
  ];
}

/** What a stored connection may not become: one of another tenant, and one that sends its secret to another provider. */
export function findReplacementErrors(stored: Connection, values: ConnectionValues): FieldError[] {
  const errors: FieldError[] = [];
  if (stored.tenant_id !== values.tenant_id) {
    const message = 'The tenant of a connection cannot be changed. Delete the connection and create another.';
    errors.push({ field: 'tenant_id', rule: 'read_only', value: values.tenant_id, message });
  }
  const isOther = stored.issuer !== values.issuer || stored.client_id !== values.client_id;
  if (isOther && stored.has_client_secret && values.client_secret === undefined) {
    const message =
      'client_secret is required when issuer or client_id changes: the stored secret is for the old ones.';
    errors.push({ field: 'client_secret', rule: 'required', message });
  }
  return errors;
}

export function unknownTenantError(field: string, value: string): FieldError {
  return { field, rule: 'enum', value, message: `${field} must be the id of a tenant that exists.` };
}

function findIssuerErrors(issuer: string, egress: Egress): FieldError[] {
  const refuse = (message: string): FieldError[] => [
    { field: 'issuer', rule: 'pattern', value: issuer, message },
  ];
  if (!URL.canParse(issuer)) return refuse('issuer must be an address such as https://login.example.');
  const { protocol, hostname, username, password } = new URL(issuer);
  if (username !== '' || password !== '') return refuse('issuer must not contain a user or a password.');
  if (protocol === 'http:' && !loopback.test(hostname))
    return refuse('issuer must begin with https://. Only on loopback may it begin with http://.');
  if (egress.refuses(issuer))
    return refuse('issuer must have a public address, or one that the operator allows with EGRESS_ALLOW.');
  return [];
}

function findScopeErrors(scope: string, at: number): FieldError[] {
  if (scopePattern.test(scope)) return [];
  const message = 'A scope is 1 to 100 printable characters without spaces, quotes and backslashes.';
  return [{ field: `scopes.${at}`, rule: 'pattern', value: scope, message }];
}

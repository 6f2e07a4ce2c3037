import { isPlatformRole } from '#http';
import type { FieldError } from '#kernel';
import { unknownTenantError } from './find-connection-errors.js';
import type { MappingValues } from '../connections/mapping.repository.js';
import type { MappingRequest } from './connection.request.js';

/** The mappings as they are stored, each once. At a connection of a tenant, this tenant stands for none. */
export function toMappingValues(
  items: readonly MappingRequest[],
  connectionTenantId: string | null,
): MappingValues[] {
  const values = items.map(({ claim = null, value, role, tenant_id: tenantId }): MappingValues => {
    const ownTenant = isPlatformRole(role) ? null : connectionTenantId;
    return { claim, value, role, tenant_id: tenantId ?? ownTenant };
  });
  return [...new Map(values.map((mapping) => [mappingKey(mapping), mapping])).values()];
}

/** Equal for mappings that mean the same. */
export function mappingKey({ claim, value, role, tenant_id: tenantId }: MappingValues): string {
  return JSON.stringify([claim, value, role, tenantId]);
}

/** Every mapping that the connection may not have, by its place in the request. `unknownTenants` are ids that no tenant has. */
export function findMappingErrors(
  items: readonly MappingRequest[],
  connectionTenantId: string | null,
  unknownTenants: readonly string[],
): FieldError[] {
  return items.flatMap(({ role, tenant_id: tenantId = null }, at) => {
    const isUnknown = tenantId !== null && unknownTenants.includes(tenantId);
    const found =
      connectionTenantId === null
        ? findPlatformErrors(role, tenantId)
        : findTenantErrors(role, tenantId, connectionTenantId);
    const errors = isUnknown && found.length === 0 ? [unknownTenantError('tenant_id', tenantId)] : found;
    return errors.map((error) => ({ ...error, field: `items.${at}.${error.field}` }));
  });
}

function findPlatformErrors(role: MappingRequest['role'], tenantId: string | null): FieldError[] {
  if (isPlatformRole(role) && tenantId !== null) {
    const message = `The role ${role} belongs to no tenant; leave tenant_id out.`;
    return [{ field: 'tenant_id', rule: 'combination', value: tenantId, message }];
  }
  if (isPlatformRole(role) || tenantId !== null) return [];
  return [{ field: 'tenant_id', rule: 'required', message: `The role ${role} needs the id of a tenant.` }];
}

function findTenantErrors(role: MappingRequest['role'], tenantId: string | null, own: string): FieldError[] {
  if (isPlatformRole(role)) {
    const message = `The connection belongs to the tenant ${own}: it cannot give roles of the platform.`;
    return [{ field: 'role', rule: 'enum', value: role, message, allowed: ['member', 'tenant_admin'] }];
  }
  if (tenantId === null || tenantId === own) return [];
  const message = `The connection belongs to the tenant ${own}: it cannot give roles at another one.`;
  return [{ field: 'tenant_id', rule: 'enum', value: tenantId, message, allowed: [own] }];
}

import type { Schema } from '../api/operations.js';
import type { SearchValue } from '../url-state/search-values.js';
import type { Mapping } from './use-connections.js';
import { identityTexts } from './identity.texts.js';

export type NewMapping = Schema<'MappingRequest'>;

/** What a person changes: mappings that go, by id, and mappings that come. */
export interface MappingChanges {
  readonly remove: readonly string[];
  readonly add: readonly NewMapping[];
}

export const noChanges: MappingChanges = { remove: [], add: [] };

export const countChanges = ({ remove, add }: MappingChanges): number => remove.length + add.length;

/** All mappings after the changes, as a PUT takes them. Mappings that others added meanwhile stay. */
export function applyChanges(stored: readonly Mapping[], { remove, add }: MappingChanges): NewMapping[] {
  const kept = stored.filter(({ id }) => !remove.includes(id));
  return [...kept.map(({ claim, value, role, tenant_id }) => ({ claim, value, role, tenant_id })), ...add];
}

/** The changes with one mapping taken away, or kept again. */
export function toggleRemoved(changes: MappingChanges, id: string): MappingChanges {
  const { remove } = changes;
  return { ...changes, remove: remove.includes(id) ? remove.filter((each) => each !== id) : [...remove, id] };
}

/** A mapping as it is typed. */
export interface MappingForm {
  readonly claim: string;
  readonly value: string;
  readonly role: NewMapping['role'];
  readonly tenant: string;
}

const isOfPlatform = (role: string): boolean => role.startsWith('platform_');

/** True for a role that needs the id of a tenant, because the connection belongs to none. */
export function needsTenant(role: string, connectionTenant: string | null): boolean {
  return !isOfPlatform(role) && connectionTenant === null;
}

export function toMapping(form: MappingForm, connectionTenant: string | null): NewMapping {
  const { claim, value, role } = form;
  const tenant = needsTenant(role, connectionTenant) ? form.tenant.trim() || null : connectionTenant;
  return {
    claim: claim.trim() || null,
    value: value.trim(),
    role,
    tenant_id: isOfPlatform(role) ? null : tenant,
  };
}

/** What is wrong with a mapping that is being typed; null if it can be added. The service checks the rest. */
export function mappingFault(
  { value, role, tenant_id: tenant }: NewMapping,
  connectionTenant: string | null,
): string | null {
  if (value.trim() === '') return identityTexts.mapping.valueFault;
  if (isOfPlatform(role) && connectionTenant !== null) return identityTexts.mapping.platformRoleFault;
  const lacksTenant = needsTenant(role, connectionTenant) && !tenant;
  return lacksTenant ? identityTexts.mapping.tenantFault : null;
}

/** The changes in the URL, so that a reload keeps them. */
export const searchChanges: SearchValue<MappingChanges> = {
  read: (text) => {
    try {
      const { remove = [], add = [] } = JSON.parse(text ?? '{}') as Partial<MappingChanges>;
      return Array.isArray(remove) && Array.isArray(add) ? { remove, add } : noChanges;
    } catch {
      return noChanges;
    }
  },
  write: (changes) => (countChanges(changes) === 0 ? null : JSON.stringify(changes)),
};

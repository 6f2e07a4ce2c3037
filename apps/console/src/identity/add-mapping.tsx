import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { identityTexts } from './identity.texts.js';
import {
  type MappingForm,
  type NewMapping,
  mappingFault,
  needsTenant,
  toMapping,
} from './mapping-changes.js';
import type { Connection } from './use-connections.js';
import { words } from '../words/words.texts.js';

const tenantRoles = ['member', 'tenant_admin'] as const;
const emptyForm: MappingForm = { claim: '', value: '', role: 'member', tenant: '' };
const platformRoles = ['platform_reader', 'platform_admin'] as const;

interface AddMappingProps {
  readonly connection: Connection;
  /** Why this person may not change mappings. */
  readonly refusal: string | null;
  readonly onAdd: (mapping: NewMapping) => void;
}

/** A mapping as it is typed; `Enter` adds it to the changes. */
export function AddMapping({ connection: { claim, tenant_id: ownTenant }, refusal, onAdd }: AddMappingProps) {
  const [form, setForm] = useState<MappingForm>(emptyForm);
  const mapping = toMapping(form, ownTenant);
  const reason = refusal ?? mappingFault(mapping, ownTenant);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (reason !== null) return;
    onAdd(mapping);
    setForm({ ...form, value: '' });
  };
  const roles = ownTenant === null ? [...tenantRoles, ...platformRoles] : tenantRoles;
  return (
    <form onSubmit={submit} aria-label={identityTexts.mapping.add}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} mb="sm">
        <TextInput
          label={identityTexts.claim}
          description={identityTexts.mapping.claimDefault(claim)}
          value={form.claim}
          onChange={(event) => setForm({ ...form, claim: event.currentTarget.value })}
        />
        <TextInput
          label={words.value}
          description={identityTexts.valueHint}
          value={form.value}
          onChange={(event) => setForm({ ...form, value: event.currentTarget.value })}
        />
        <NativeSelect
          label={words.role}
          description={identityTexts.mapping.roleHint}
          data={[...roles]}
          value={form.role}
          onChange={(event) => setForm({ ...form, role: event.currentTarget.value as NewMapping['role'] })}
        />
        {needsTenant(form.role, ownTenant) && (
          <TextInput
            label={words.tenant}
            description={identityTexts.mapping.tenantHint}
            value={form.tenant}
            onChange={(event) => setForm({ ...form, tenant: event.currentTarget.value })}
          />
        )}
      </SimpleGrid>
      <ActButton type="submit" size="xs" variant="default" reason={reason}>
        {identityTexts.mapping.add}
      </ActButton>
    </form>
  );
}

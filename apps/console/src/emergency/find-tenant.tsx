import { Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { type Tenant, useTenant } from '../administration/use-change-tenant.js';
import { ProblemView } from '../states/problem-view.js';
import { texts } from './emergency.texts.js';

interface FindTenantProps {
  readonly label: string;
  /** The id that was asked for; empty for none. */
  readonly asked: string;
  readonly onAsk: (id: string) => void;
  /** What can be done with the tenant. */
  readonly children: (tenant: Tenant) => ReactNode;
}

/** Finds a tenant by its id, and says which one it is before anything is done to it. */
export function FindTenant({ label, asked, onAsk, children }: FindTenantProps) {
  const [id, setId] = useState(asked);
  const find = (event: FormEvent): void => {
    event.preventDefault();
    onAsk(id.trim());
  };
  return (
    <>
      <form onSubmit={find}>
        <Group align="flex-end" gap="sm">
          <TextInput label={label} value={id} onChange={(event) => setId(event.currentTarget.value)} />
          <ActButton type="submit" variant="default" reason={id.trim() === '' ? texts.typeId : null}>
            {texts.find}
          </ActButton>
        </Group>
      </form>
      {asked !== '' && (
        <Found key={asked} tenantId={asked}>
          {children}
        </Found>
      )}
    </>
  );
}

function Found({ tenantId, children }: { tenantId: string; children: FindTenantProps['children'] }) {
  const tenant = useTenant(tenantId);
  if (tenant.isError) return <ProblemView error={tenant.error} />;
  if (!tenant.data) return null;
  const { name, plan, status } = tenant.data;
  return (
    <Stack gap="sm">
      <Text size="sm">
        {name}, {plan}, {status}
      </Text>
      {children(tenant.data)}
    </Stack>
  );
}

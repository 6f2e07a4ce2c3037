import { Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { StatusSheet } from '../administration/switch-sheets.js';
import { type Tenant, useTenant } from '../administration/use-change-tenant.js';
import { ActButton } from '../act/act-button.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { ProblemView } from '../states/problem-view.js';
import { words } from '../words/words.texts.js';
import { texts } from './emergency.texts.js';

/** Finds a tenant by its id, and suspends it or makes it active again. */
export function SuspendTenant() {
  const [id, setId] = useState('');
  const [asked, setAsked] = useState('');
  const find = (event: React.FormEvent): void => {
    event.preventDefault();
    setAsked(id.trim());
  };
  return (
    <>
      <form onSubmit={find}>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={texts.tenantId}
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
          />
          <ActButton type="submit" variant="default" reason={id.trim() === '' ? texts.typeId : null}>
            {texts.find}
          </ActButton>
        </Group>
      </form>
      {asked !== '' && <Found key={asked} tenantId={asked} />}
    </>
  );
}

function Found({ tenantId }: { tenantId: string }) {
  const tenant = useTenant(tenantId);
  const [opened, setOpened] = useState<Tenant | null>(null);
  const refusal = usePlatformRefusal();
  if (tenant.isError) return <ProblemView error={tenant.error} />;
  if (!tenant.data) return null;
  const { name, plan, status } = tenant.data;
  return (
    <Group>
      <Text size="sm">
        {name}, {plan}, {status}
      </Text>
      <ActButton size="xs" color="red" reason={refusal} onClick={() => setOpened(tenant.data)}>
        {status === 'active' ? words.suspendOne(tenantId) : words.activateOne(tenantId)}
      </ActButton>
      {opened && <StatusSheet tenant={opened} onClose={() => setOpened(null)} />}
    </Group>
  );
}

import { Group } from '@mantine/core';
import { useState } from 'react';
import { StatusSheet } from '../administration/switch-sheets.js';
import type { Tenant } from '../administration/use-change-tenant.js';
import { ActButton } from '../act/act-button.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { words } from '../words/words.texts.js';
import { FindTenant } from './find-tenant.js';
import { texts } from './emergency.texts.js';

/** Finds a tenant by its id, and suspends it or makes it active again. */
export function SuspendTenant() {
  const [asked, setAsked] = useState('');
  return (
    <FindTenant label={texts.tenantId} asked={asked} onAsk={setAsked}>
      {(tenant) => <Suspend tenant={tenant} />}
    </FindTenant>
  );
}

function Suspend({ tenant }: { tenant: Tenant }) {
  const { tenant_id: tenantId, status } = tenant;
  const [opened, setOpened] = useState<Tenant | null>(null);
  const refusal = usePlatformRefusal();
  return (
    <Group>
      <ActButton size="xs" color="red" reason={refusal} onClick={() => setOpened(tenant)}>
        {status === 'active' ? words.suspendOne(tenantId) : words.activateOne(tenantId)}
      </ActButton>
      {opened && <StatusSheet tenant={opened} onClose={() => setOpened(null)} />}
    </Group>
  );
}

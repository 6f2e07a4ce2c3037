import { Alert, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ReviewSheet } from '../act/review-sheet.js';
import { tenantTexts } from '../tenants/tenants.texts.js';
import { type Tenant, useChangeTenant } from './use-change-tenant.js';
import { texts } from './administration.texts.js';

/** Deletes a tenant once its id is typed. */
export function DeleteTenantSheet({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { remove, removal } = useChangeTenant(tenant.tenant_id);
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const removeAndLeave = async (): Promise<void> => {
    await remove();
    await navigate('/tenants');
  };
  return (
    <ReviewSheet
      title={texts.deletion.title(tenant.tenant_id)}
      action={texts.deletion.action(tenant.tenant_id)}
      isDangerous
      isReady={typed === tenant.tenant_id}
      request={removal}
      onConfirm={removeAndLeave}
      onClose={onClose}
    >
      <Alert color="red" title={texts.deletion.noWayBack}>
        {tenantTexts.remove}
      </Alert>
      <TextInput
        label={texts.deletion.confirm(tenant.tenant_id)}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
    </ReviewSheet>
  );
}

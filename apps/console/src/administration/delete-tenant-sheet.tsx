import { Alert, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ReviewSheet } from '../act/review-sheet.js';
import { tenantTexts } from '../tenants/tenants.texts.js';
import { type Tenant, useChangeTenant } from './use-change-tenant.js';

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
      title={`Delete ${tenant.tenant_id}`}
      action={`Delete ${tenant.tenant_id} for ever`}
      isDangerous
      isReady={typed === tenant.tenant_id}
      request={removal}
      onConfirm={removeAndLeave}
      onClose={onClose}
    >
      <Alert color="red" title="There is no way back">
        {tenantTexts.remove}
      </Alert>
      <TextInput
        label={`Type ${tenant.tenant_id} to confirm`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
    </ReviewSheet>
  );
}

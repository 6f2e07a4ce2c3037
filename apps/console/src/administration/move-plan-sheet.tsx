import { Checkbox, NativeSelect, Text } from '@mantine/core';
import { useState } from 'react';
import { ReviewSheet } from '../act/review-sheet.js';
import { type FieldError, problemOf } from '../api/problem.js';
import { RowsTable } from '../lists/paged-table.js';
import { valueText } from '../lists/value-text.js';
import { tenantTexts } from '../tenants/tenants.texts.js';
import { usePlanIds } from '../tenants/use-tenants.js';
import { type Tenant, type TenantChange, useChangeTenant } from './use-change-tenant.js';

/** Moves a tenant to another plan. What the plan would cut is shown first, and is cut only once that is accepted. */
export function MovePlanSheet({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { change, requestOf } = useChangeTenant(tenant.tenant_id);
  const plans = usePlanIds().filter((id) => id !== tenant.plan);
  const [chosen, setChosen] = useState('');
  const [clampings, setClampings] = useState<readonly FieldError[]>([]);
  const [isAccepted, setAccepted] = useState(false);
  const plan = chosen || (plans[0] ?? '');
  const body: TenantChange = { plan, ...(isAccepted && { accept_clamping: true }) };
  const move = async (): Promise<void> => {
    try {
      await change(body, `${tenant.tenant_id} is on ${plan} now.`, { plan: tenant.plan });
    } catch (error) {
      setClampings(problemOf(error).errors ?? []);
      throw error;
    }
  };
  const cut = clampings.length;
  return (
    <ReviewSheet
      title={`Move ${tenant.tenant_id} from ${tenant.plan} to another plan`}
      action={`Move to ${plan}${isAccepted ? cutText(cut) : ''}`}
      isReady={plan !== '' && (cut === 0 || isAccepted)}
      request={requestOf(body)}
      onConfirm={move}
      onClose={onClose}
    >
      <NativeSelect
        label="New plan"
        data={plans}
        value={plan}
        onChange={(event) => {
          setChosen(event.currentTarget.value);
          setClampings([]);
          setAccepted(false);
        }}
        data-autofocus
      />
      <Text size="sm">{tenantTexts.planMove}</Text>
      {cut > 0 && (
        <>
          <Clampings errors={clampings} />
          <Checkbox
            label={tenantTexts.clamping}
            checked={isAccepted}
            onChange={(event) => setAccepted(event.currentTarget.checked)}
          />
        </>
      )}
    </ReviewSheet>
  );
}

const cutText = (count: number): string => `, cut ${count} ${count === 1 ? 'setting' : 'settings'}`;

function Clampings({ errors }: { errors: readonly FieldError[] }) {
  return (
    <RowsTable
      label="Settings that the plan cuts"
      rows={errors}
      rowKey={({ field, rule }) => `${field} ${rule}`}
      columns={[
        { title: 'Setting', cell: ({ field }) => field },
        { title: 'The tenant has', cell: ({ value }) => valueText(value, 60) },
        { title: 'The plan says', cell: ({ message }) => message },
      ]}
    />
  );
}

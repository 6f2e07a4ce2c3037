import { Checkbox, NativeSelect, Text } from '@mantine/core';
import { useState } from 'react';
import { ReviewSheet } from '../act/review-sheet.js';
import { type FieldError, problemOf } from '../api/problem.js';
import { RowsTable } from '../lists/paged-table.js';
import { valueText } from '../lists/value-text.js';
import { tenantTexts } from '../tenants/tenants.texts.js';
import { usePlanIds } from '../tenants/use-tenants.js';
import { type Tenant, type TenantChange, useChangeTenant } from './use-change-tenant.js';
import { words } from '../words/words.texts.js';
import { texts } from './administration.texts.js';

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
      await change(body, texts.plan.done(tenant.tenant_id, plan), { plan: tenant.plan });
    } catch (error) {
      setClampings(problemOf(error).errors ?? []);
      throw error;
    }
  };
  const cut = clampings.length;
  return (
    <ReviewSheet
      title={texts.plan.title(tenant.tenant_id, tenant.plan)}
      action={isAccepted ? texts.plan.moveAndCut(plan, cut) : texts.plan.moveTo(plan)}
      isReady={plan !== '' && (cut === 0 || isAccepted)}
      request={requestOf(body)}
      onConfirm={move}
      onClose={onClose}
    >
      <NativeSelect
        label={texts.plan.label}
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

function Clampings({ errors }: { errors: readonly FieldError[] }) {
  return (
    <RowsTable
      label={texts.plan.cutSettings}
      rows={errors}
      rowKey={({ field, rule }) => `${field} ${rule}`}
      columns={[
        { title: words.setting, cell: ({ field }) => field },
        { title: texts.plan.tenantHas, cell: ({ value }) => valueText(value, 60) },
        { title: texts.plan.planSays, cell: ({ message }) => message },
      ]}
    />
  );
}

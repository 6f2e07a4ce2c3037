import { Checkbox, NativeSelect, Text } from '@mantine/core';
import { useState } from 'react';
import { ReviewSheet } from '../act/review-sheet.js';
import { problemOf } from '../api/problem.js';
import { RowsTable } from '../lists/paged-table.js';
import { valueText } from '../lists/value-text.js';
import { SettingName } from '../settings/setting-name.js';
import { tenantTexts } from '../tenants/tenants.texts.js';
import { usePlanIds } from '../tenants/use-tenants.js';
import type { PlanCut } from './plan-cuts.js';
import { usePlanCuts } from './use-plan-cuts.js';
import { type Tenant, type TenantChange, useChangeTenant } from './use-change-tenant.js';
import { words } from '../words/words.texts.js';
import { texts } from './administration.texts.js';

/** Moves a tenant to another plan. What the plan would cut is shown first, and is cut only once that is accepted. */
export function MovePlanSheet({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { change, requestOf } = useChangeTenant(tenant.tenant_id);
  const plans = usePlanIds().filter((id) => id !== tenant.plan);
  const [chosen, setChosen] = useState('');
  const [refused, setRefused] = useState<readonly PlanCut[]>([]);
  const [isAccepted, setAccepted] = useState(false);
  const [first = ''] = plans;
  const plan = chosen || first;
  const expected = usePlanCuts(tenant, plan);
  const cuts = knownCuts(refused, expected);
  const body: TenantChange = { plan, ...(isAccepted && { accept_clamping: true }) };
  const move = async (): Promise<void> => {
    try {
      await change(body, texts.plan.done(tenant.tenant_id, plan), { plan: tenant.plan });
    } catch (error) {
      setRefused(problemOf(error).errors ?? []);
      throw error;
    }
  };
  return (
    <ReviewSheet
      title={texts.plan.title(tenant.tenant_id, tenant.plan)}
      action={isAccepted ? texts.plan.moveAndCut(plan, cuts.length) : texts.plan.moveTo(plan)}
      isReady={expected !== undefined && (isAccepted || cuts.length === 0)}
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
          setRefused([]);
          setAccepted(false);
        }}
        data-autofocus
      />
      <Text size="sm">{tenantTexts.planMove}</Text>
      <AcceptCuts cuts={cuts} isAccepted={isAccepted} onAccept={setAccepted} />
    </ReviewSheet>
  );
}

/** What the API has refused counts more than what was expected. */
function knownCuts(
  refused: readonly PlanCut[],
  expected: readonly PlanCut[] | undefined,
): readonly PlanCut[] {
  return (refused.length > 0 ? refused : expected) ?? [];
}

interface AcceptCutsProps {
  readonly cuts: readonly PlanCut[];
  readonly isAccepted: boolean;
  readonly onAccept: (isAccepted: boolean) => void;
}

/** What the plan cuts, and the box that accepts it. */
function AcceptCuts({ cuts, isAccepted, onAccept }: AcceptCutsProps) {
  if (cuts.length === 0) return null;
  return (
    <>
      <Cuts cuts={cuts} />
      <Checkbox
        label={tenantTexts.clamping}
        checked={isAccepted}
        onChange={(event) => onAccept(event.currentTarget.checked)}
      />
    </>
  );
}

function Cuts({ cuts }: { cuts: readonly PlanCut[] }) {
  return (
    <RowsTable
      label={texts.plan.cutSettings}
      rows={cuts}
      rowKey={({ field, rule }) => `${field} ${rule}`}
      columns={[
        { title: words.setting, cell: ({ field }) => <SettingName name={field} /> },
        { title: texts.plan.tenantHas, cell: ({ value }) => valueText(value, 60) },
        { title: texts.plan.planSays, cell: ({ message }) => message },
      ]}
    />
  );
}

import { Badge, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { DateText } from '../dates/date-text.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { EmptyState, Loaded } from '../states/states.js';
import { labelsText } from '../tenants/labels.js';
import { tenantTexts } from '../tenants/tenants.texts.js';
import { DeleteTenantSheet } from './delete-tenant-sheet.js';
import { DescriptionSheet } from './description-sheet.js';
import { MovePlanSheet } from './move-plan-sheet.js';
import { ApprovalSheet, StatusSheet } from './switch-sheets.js';
import { type Tenant, useTenant } from './use-change-tenant.js';

type Sheet = 'description' | 'plan' | 'status' | 'approval' | 'delete';

/** What the platform decides about one tenant. */
export function AdministrationPage() {
  const { tenantId, isPlatform } = useTenantScope();
  if (!isPlatform)
    return (
      <EmptyState title="For the platform" isWholeScreen>
        Name, plan and state belong to the platform.
      </EmptyState>
    );
  return (
    <Screen title="Administration" about={`Name, plan, state and approval of ${tenantId}.`}>
      <Administration tenantId={tenantId} />
    </Screen>
  );
}

function Administration({ tenantId }: { tenantId: string }) {
  const tenant = useTenant(tenantId);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  return (
    <Loaded query={tenant}>
      {(data) => (
        <>
          <Sections tenant={data} onOpen={setSheet} />
          {sheet && <OpenSheet sheet={sheet} tenant={data} onClose={() => setSheet(null)} />}
        </>
      )}
    </Loaded>
  );
}

function OpenSheet({ sheet, tenant, onClose }: { sheet: Sheet; tenant: Tenant; onClose: () => void }) {
  const Chosen = {
    description: DescriptionSheet,
    plan: MovePlanSheet,
    status: StatusSheet,
    approval: ApprovalSheet,
    delete: DeleteTenantSheet,
  }[sheet];
  return <Chosen tenant={tenant} onClose={onClose} />;
}

function Sections({ tenant, onOpen }: { tenant: Tenant; onOpen: (sheet: Sheet) => void }) {
  const reason = usePlatformRefusal();
  const isActive = tenant.status === 'active';
  const act = (sheet: Sheet, text: string): ReactNode => (
    <ActButton reason={reason} variant="default" onClick={() => onOpen(sheet)}>
      {text}
    </ActButton>
  );
  return (
    <Stack>
      <Section title="Name and labels" act={act('description', 'Change')}>
        <Text>{tenant.name}</Text>
        <Text size="sm" c="dimmed">
          {labelsText(tenant.labels) || 'No labels'} · created <DateText at={tenant.created_at} />
        </Text>
      </Section>
      <Section title="Plan" act={act('plan', 'Move to another plan')}>
        <Badge>{tenant.plan}</Badge>
        <Text size="sm" c="dimmed">
          {tenantTexts.planMove}
        </Text>
      </Section>
      <Section title="State" act={act('status', isActive ? 'Suspend' : 'Activate')}>
        <StateBadge state={tenant.status} />
        <Text size="sm" c="dimmed">
          {isActive ? tenantTexts.suspend : tenantTexts.activate}
        </Text>
      </Section>
      <Section title="Approval" act={act('approval', tenant.approval_required ? 'Switch off' : 'Switch on')}>
        <Text size="sm">
          {tenant.approval_required
            ? 'Every change needs a platform admin.'
            : 'Changes take effect without a platform admin.'}
        </Text>
      </Section>
      <Section title="Delete" act={act('delete', 'Delete the tenant')}>
        <Text size="sm" c="dimmed">
          {tenantTexts.remove}
        </Text>
      </Section>
    </Stack>
  );
}

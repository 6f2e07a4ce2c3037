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
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';
import { texts } from './administration.texts.js';

type Sheet = 'description' | 'plan' | 'status' | 'approval' | 'delete';

/** What the platform decides about one tenant. */
export function AdministrationPage() {
  const { tenantId, isPlatform } = useTenantScope();
  if (!isPlatform)
    return (
      <EmptyState title={words.platformOnly} isWholeScreen>
        {texts.platformOnly}
      </EmptyState>
    );
  return (
    <Screen title={texts.title} about={texts.about(tenantId)}>
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
      <Section title={texts.description.title} act={act('description', words.change)}>
        <Text>{tenant.name}</Text>
        <Text size="sm" c="dimmed">
          {fillIn(texts.description.labelsAndCreated, {
            labels: labelsText(tenant.labels) || texts.description.noLabels,
            date: <DateText at={tenant.created_at} />,
          })}
        </Text>
      </Section>
      <Section title={words.plan} act={act('plan', texts.plan.move)}>
        <Badge>{tenant.plan}</Badge>
        <Text size="sm" c="dimmed">
          {tenantTexts.planMove}
        </Text>
      </Section>
      <Section
        title={words.state}
        act={act('status', isActive ? texts.status.suspend : texts.status.activate)}
      >
        <StateBadge state={tenant.status} />
        <Text size="sm" c="dimmed">
          {isActive ? tenantTexts.suspend : tenantTexts.activate}
        </Text>
      </Section>
      <Section
        title={texts.approval.title}
        act={act('approval', tenant.approval_required ? texts.approval.switchOff : texts.approval.switchOn)}
      >
        <Text size="sm">{tenant.approval_required ? texts.approval.isOn : texts.approval.isOff}</Text>
      </Section>
      <Section title={words.delete} act={act('delete', texts.deletion.open)}>
        <Text size="sm" c="dimmed">
          {tenantTexts.remove}
        </Text>
      </Section>
    </Stack>
  );
}

import { Text } from '@mantine/core';
import { ReviewSheet } from '../act/review-sheet.js';
import { tenantTexts } from '../tenants/tenants.texts.js';
import { type Tenant, type TenantChange, useChangeTenant } from './use-change-tenant.js';
import { texts } from './administration.texts.js';

interface SheetProps {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}

/** Suspends an active tenant, activates a suspended one. */
export function StatusSheet({ tenant, onClose }: SheetProps) {
  const isActive = tenant.status === 'active';
  const body: TenantChange = { status: isActive ? 'suspended' : 'active' };
  return (
    <SwitchSheet
      tenant={tenant}
      body={body}
      undo={{ status: tenant.status }}
      action={isActive ? texts.status.suspend : texts.status.activate}
      isDangerous={isActive}
      about={isActive ? tenantTexts.suspend : tenantTexts.activate}
      done={texts.status.done(tenant.tenant_id, !isActive)}
      onClose={onClose}
    />
  );
}

/** Switches on or off whether each change waits for a platform admin. */
export function ApprovalSheet({ tenant, onClose }: SheetProps) {
  const isOn = tenant.approval_required;
  return (
    <SwitchSheet
      tenant={tenant}
      body={{ approval_required: !isOn }}
      undo={{ approval_required: isOn }}
      action={isOn ? texts.approval.sheetOff : texts.approval.sheetOn}
      isDangerous={false}
      about={isOn ? tenantTexts.approvalOff : tenantTexts.approvalOn}
      done={texts.approval.done(tenant.tenant_id, !isOn)}
      onClose={onClose}
    />
  );
}

interface SwitchSheetProps extends SheetProps {
  readonly body: TenantChange;
  readonly undo: TenantChange;
  readonly action: string;
  readonly isDangerous: boolean;
  readonly about: string;
  readonly done: string;
}

function SwitchSheet({ tenant, body, undo, action, isDangerous, about, done, onClose }: SwitchSheetProps) {
  const { change, requestOf } = useChangeTenant(tenant.tenant_id);
  return (
    <ReviewSheet
      title={texts.actOn(action, tenant.tenant_id)}
      action={texts.actOn(action, tenant.tenant_id)}
      isDangerous={isDangerous}
      request={requestOf(body)}
      onConfirm={() => change(body, done, undo)}
      onClose={onClose}
    >
      <Text size="sm">{about}</Text>
    </ReviewSheet>
  );
}

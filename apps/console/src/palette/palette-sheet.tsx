import { Text } from '@mantine/core';
import { Dialog } from '../act/dialog.js';
import { StatusSheet } from '../administration/switch-sheets.js';
import { useTenant } from '../administration/use-change-tenant.js';
import { Loaded } from '../states/states.js';
import { UndoLastChange } from '../rollback/undo-last-change.js';
import type { PaletteAct } from './entries.js';
import { paletteTexts } from './palette.texts.js';

/** The sheet of an act that was chosen in the palette. */
export function PaletteSheet({ act, onClose }: { act: SheetAct; onClose: () => void }) {
  return act.kind === 'undo' ? (
    <UndoLastChange tenantId={act.tenantId} onClose={onClose} />
  ) : (
    <TenantStatusSheet act={act} onClose={onClose} />
  );
}

type StatusAct = Extract<PaletteAct, { kind: 'status' }>;

/** The acts that have a sheet here. */
export type SheetAct = StatusAct | Extract<PaletteAct, { kind: 'undo' }>;

function TenantStatusSheet({ act: { tenantId, wanted }, onClose }: { act: StatusAct; onClose: () => void }) {
  const tenant = useTenant(tenantId);
  if (tenant.data && tenant.data.status !== wanted)
    return <StatusSheet tenant={tenant.data} onClose={onClose} />;
  return (
    <Dialog onClose={onClose} title={tenantId}>
      <Loaded query={tenant}>{() => <Text>{paletteTexts.isAlready(tenantId, wanted)}</Text>}</Loaded>
    </Dialog>
  );
}

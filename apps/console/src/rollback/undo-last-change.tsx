import { useNavigate } from 'react-router';
import { TenantScopeProvider } from '../scope/tenant-scope.js';
import { UndoContext } from '../undo/use-undo.js';
import { RollbackSheet } from './rollback-sheet.js';

/** Undoes the last change of a tenant from a screen that is not one of the tenant's, after showing what that would do. */
export function UndoLastChange({ tenantId, onClose }: { tenantId: string; onClose: () => void }) {
  const navigate = useNavigate();
  return (
    <TenantScopeProvider tenantId={tenantId}>
      <UndoContext value={() => void navigate(`/tenants/${tenantId}/history`)}>
        <RollbackSheet target={{ steps: 1 }} onClose={onClose} />
      </UndoContext>
    </TenantScopeProvider>
  );
}

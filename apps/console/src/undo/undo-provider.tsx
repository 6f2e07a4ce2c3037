import { type ReactNode, Suspense, lazy, useState } from 'react';
import { useLetters } from '../keyboard/use-letters.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { UndoContext } from './use-undo.js';

const RollbackSheet = lazy(async () => ({
  default: (await import('../rollback/rollback-sheet.js')).RollbackSheet,
}));

/** Lets every screen of a tenant undo the last change; `u` does it from anywhere. */
export function UndoProvider({ children }: { children: ReactNode }) {
  const { refusal } = useTenantScope();
  const [isOpen, setOpen] = useState(false);
  const open = (): void => setOpen(true);
  useLetters(refusal === null ? { u: open } : {});
  return (
    <UndoContext value={open}>
      {children}
      {isOpen && (
        <Suspense fallback={null}>
          <RollbackSheet target={{ steps: 1 }} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </UndoContext>
  );
}

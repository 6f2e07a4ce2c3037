import { createContext, use } from 'react';

/** Opens the sheet that undoes the tenant's last change; null outside of a tenant's screens. */
export const UndoContext = createContext<(() => void) | null>(null);

/** Opens the sheet that undoes the tenant's last change. @throws Error outside of a tenant's screens. */
export function useUndo(): () => void {
  const open = use(UndoContext);
  if (open === null) throw new Error('useUndo is for the screens of a tenant.');
  return open;
}

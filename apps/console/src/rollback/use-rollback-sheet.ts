import { useState } from 'react';
import { problemOf } from '../api/problem.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { type RollbackOptions, useRollBack } from '../undo/roll-back.js';
import { type RollbackTarget, useRollbackPreview } from './use-rollback-preview.js';

const conflicts = new Set(['version-mismatch', 'concurrent-update']);

/** What the sheet that restores a version shows and does. A tenant that refuses the platform is previewed with force. */
export function useRollbackSheet(target: RollbackTarget) {
  const { isPlatform } = useTenantScope();
  const rollBack = useRollBack();
  const [isNewer, setNewer] = useState(false);
  const plain = useRollbackPreview(target, { force: false });
  const isForced = isPlatform && problemOf(plain.error).slug === 'override-not-allowed';
  const forced = useRollbackPreview(target, { force: true, isEnabled: isForced });
  const { data: preview, error, refetch } = isForced ? forced : plain;
  const confirm = async (options: RollbackOptions): Promise<void | false> => {
    if (!preview) return false;
    try {
      await rollBack(preview, options);
    } catch (thrown) {
      if (!conflicts.has(problemOf(thrown).slug)) throw thrown;
      setNewer(true);
      await refetch();
      return false;
    }
  };
  return {
    preview,
    versions: preview ?? { current: 0, target: 'version' in target ? target.version : 0 },
    error,
    retry: () => void refetch(),
    isForced,
    isNewer,
    confirm,
  };
}

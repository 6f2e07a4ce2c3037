/** The texts of the page for emergencies. */
export const texts = {
  title: 'Emergency',
  about: 'What stops the damage, on one page: g ! opens it from everywhere.',
  noRollouts: 'No rollout is running.',
  ready: 'The replica that answers reports no fault.',
  degraded: 'The replica that answers cannot reach a part that it needs.',
  load: (queries: number, errorRate: string): string =>
    `${queries} queries in the last minute, error rate ${errorRate}`,
  suspended: (suspended: number, all: number): string => `${suspended} of ${all} tenants suspended`,
  unknownShare: 'unknown',
  suspendTitle: 'Suspend a tenant',
  health: 'Health',
  redisAway: (state: string): string => `${state}, Redis away`,
  abortTitle: 'Abort a rollout',
  tenantId: 'Id of the tenant',
  typeId: 'Type the id.',
  find: 'Find it',
  force: {
    about:
      'Changes the setting even where the tenant has locked it or a file owns it. The tenant sees the reason.',
    action: (settings: readonly string[]): string => `Force ${settings.join(', ')}`,
    change: (settings: readonly string[]): string => `Change ${settings.join(', ')}`,
    nothing: 'Force a setting',
    against: 'This takes force',
    ordinary: 'Nothing stands against it: this is an ordinary change, without force.',
    reset: "the tenant's own value goes away; its plan and the defaults show through.",
    title: 'Force one setting on one tenant',
    choose: 'Choose a setting, and give it another value.',
  },
  acts: {
    setBack: (fields: readonly string[], tenantId: string): string =>
      `Set ${fields.join(', ')} of ${tenantId} back`,
    title: 'The last acts of the platform',
    label: 'Newest acts',
    back: 'Back',
    none: 'Nobody of the platform has done anything lately.',
    open: 'Open',
    undoOne: (action: string, target: string): string => `Undo ${action} ${target}`,
    undoOn: (tenantId: string): string => `Undo on ${tenantId}`,
    asBefore: (tenantId: string): string => `${tenantId} is as before.`,
  },
} as const;

/** The texts of the tenant's lock against changes of the platform, the same for both sides. */
export const texts = {
  title: 'Lock',
  statement: (isAllowed: boolean): string =>
    `The platform ${isAllowed ? 'may' : 'may not'} change these settings`,
  since: (version: number): string => `since version ${version}`,
  sinceBefore: (version: number): string => `since before version ${version}`,
  fromStart: 'as every tenant begins',
  by: (author: string, role: string): string => `by ${author} (${role})`,
  forced: 'forced',
  forcedOver: {
    lock: 'The platform made this change although the tenant was locked.',
    file: 'The platform made this change although a file owned the setting.',
  },
  lastForced: (version: number): string => `version ${version}, although the tenant was locked`,
  ask: 'Ask to unlock',
  askTenant: (tenantId: string): string => `Ask ${tenantId} to unlock`,
  askOne: (tenantId: string): string => `Ask to unlock: ${tenantId}`,
  force: 'Force',
  forceOne: (tenantId: string): string => `Force: ${tenantId}`,
  forceOn: (tenantId: string): string => `Force it on ${tenantId}`,
  forceOpen: 'Unlock by force',
  askAbout:
    'Attune sends no message itself. Copy this one to an admin of the tenant: its link opens the lock, and nothing changes before that admin saves.',
  askReason: 'What for',
  message: 'Message',
  copyMessage: 'Copy the message',
  asTenant: 'What the admin of the tenant sends:',
  refusedTitle: 'The tenant keeps its own settings',
  refused: 'Ask it first. You can force the change with a reason; both histories show it in red.',
  forceSettings: (settings: readonly string[], tenantId: string): string =>
    `Force ${settings.join(', ')} on ${tenantId}`,
  changeSettings: (settings: readonly string[], tenantId: string): string =>
    `Change ${settings.join(', ')} of ${tenantId}`,
  changeOn: (tenantId: string): string => `Change it on ${tenantId}`,
  obstacles: {
    lock: 'The tenant is locked: the platform may not change these settings.',
    file: (settings: readonly string[]): string =>
      `A file owns ${settings.join(', ')}: its drift shows the change, and its next apply takes it back.`,
    approval: 'Changes of this tenant need an approval, which force leaves out.',
  },
  unlock: {
    please: (tenantId: string, reason: string): string =>
      reason === ''
        ? `Please let the platform change the settings of ${tenantId}.`
        : `Please let the platform change the settings of ${tenantId}: ${reason}`,
    how: 'Switch on “The platform may change these settings”, then review and save.',
  },
  reasonHint: 'The tenant sees it in its history.',
  waits: 'The change waits for approval.',
  forcedNow: (tenantId: string, version: number): string => `${tenantId} has it now, version ${version}.`,
} as const;

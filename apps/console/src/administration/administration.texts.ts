/** The labels, buttons and notices of a tenant's administration. Its sentences are with the tenants' texts. */
export const texts = {
  title: 'Administration',
  about: (tenantId: string): string => `Name, plan, state and approval of ${tenantId}.`,
  actOn: (action: string, tenantId: string): string => `${action}: ${tenantId}`,
  platformOnly: 'Name, plan and state belong to the platform.',
  undone: 'Undone.',
  description: {
    noLabels: 'No labels',
    labelsAndCreated: '{labels} · created {date}',
    title: 'Name and labels',
    sheetTitle: (tenantId: string): string => `Name and labels of ${tenantId}`,
    done: (tenantId: string): string => `${tenantId} is changed.`,
    labelsHint: 'name:value, separated by commas. Lists, bulk updates and rollouts select by them.',
  },
  plan: {
    moveTo: (plan: string): string => `Move to ${plan}`,
    moveAndCut: (plan: string, count: number): string =>
      `Move to ${plan}, cut ${count} ${count === 1 ? 'setting' : 'settings'}`,
    move: 'Move to another plan',
    done: (tenantId: string, plan: string): string => `${tenantId} is on ${plan} now.`,
    title: (tenantId: string, from: string): string => `Move ${tenantId} from ${from} to another plan`,
    label: 'New plan',
    cutSettings: 'Settings that the plan cuts',
    tenantHas: 'The tenant has',
    atMost: (ceiling: number): string => `at most ${ceiling}`,
    noModel: 'does not include this model',
    planSays: 'The plan says',
  },
  approval: {
    title: 'Approval',
    switchOff: 'Switch off',
    switchOn: 'Switch on',
    isOn: 'Every change needs a platform admin.',
    isOff: 'Changes take effect without a platform admin.',
    sheetOff: 'Switch approval off',
    sheetOn: 'Switch approval on',
    done: (tenantId: string, isOn: boolean): string =>
      `Approval is ${isOn ? 'on' : 'off'} for ${tenantId} now.`,
  },
  deletion: {
    open: 'Delete the tenant',
    title: (tenantId: string): string => `Delete ${tenantId}`,
    action: (tenantId: string): string => `Delete ${tenantId} for ever`,
    noWayBack: 'There is no way back',
    confirm: (tenantId: string): string => `Type ${tenantId} to confirm`,
    done: (tenantId: string): string => `${tenantId} is deleted.`,
  },
  status: {
    suspend: 'Suspend',
    activate: 'Activate',
    done: (tenantId: string, isActive: boolean): string =>
      `${tenantId} is ${isActive ? 'active' : 'suspended'} now.`,
  },
} as const;

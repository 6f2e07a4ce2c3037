/** The sentences of the tenants' screen and of a tenant's administration. */
export const tenantTexts = {
  emptyTitle: 'No tenants yet',
  empty: 'A tenant is a customer of your product with its own configuration. Create the first one.',
  nothing: 'No tenant has this id, name, plan, state or label.',
  firstChange: 'New here?',
  firstChangeAbout:
    'Give a tenant another temperature and see both answers beside each other. Save it, and undo it: every change can be taken back.',
  firstChangeLink: (tenantId: string): string => `Try it with ${tenantId}`,
  gridHelp:
    'The name opens the tenant, a click beside it shows it at the side. Arrow keys or j and k move, Enter opens, Space shows at the side, x ticks for a bulk update.',
  selectHelp: 'The filter becomes the selector of a bulk update; tenants that match later are in it, too.',
  keyOnce: 'Give it to the first admin of the tenant. An admin can make more keys and revoke this one.',
  suspend:
    'While it is suspended, the tenant can read everything and change nothing, and its queries answer 403. Its keys and sessions stay.',
  activate: 'The tenant can ask and change again at once.',
  remove:
    'All its rows, documents, keys and cached entries are removed everywhere. Its id cannot be used again. There is no undo.',
  approvalOn:
    'Every change of the configuration will wait for a platform admin. Switching it off again waits for another platform admin, too.',
  approvalOff:
    'This waits for another platform admin. Then changes take effect at once; requests that wait by then still need a decision.',
  waits: 'The change waits for the approval of another platform admin.',
  clamping: 'The new plan cuts these settings of the tenant. Accept it, or leave the plan as it is.',
  planMove: 'The plan gives default settings and ceilings. The own settings of the tenant stay.',
  unlocked: 'open',
  locked: 'locked',
  filter: {
    searchPart: 'search',
    statePart: 'state',
    and: ' and ',
    searchExample: 'Part of the id or name',
    all: 'all',
    label: 'Label',
    labelExample: 'region:eu',
    unsupported: (parts: string): string =>
      `A bulk update selects by plan and label, not by ${parts}. Clear the ${parts}, or tick tenants (x).`,
  },
  peek: {
    waiting: (count: number): string => `${count} waiting`,
    version: (version: number, action: string): string => `Version ${version}, ${action}, {date}, {author}`,
    title: (tenantId: string): string => `Tenant ${tenantId}`,
    close: 'Close the tenant at the side',
    open: 'Open',
    configuration: 'Configuration',
    administration: 'Administration',
    lastChanges: 'Last changes',
    nothingToUndo: 'There is no change to undo.',
    undo: 'Undo the last change',
  },
  select: (count: number | undefined): string =>
    `Select ${count === undefined ? '' : count.toLocaleString()} for a bulk update`,
  withTicked: (all: string, ticked: number): string => `${all}, ${ticked.toLocaleString()} ticked`,
  grid: {
    loaded: (count: number, total: number): string =>
      `${count.toLocaleString()} of ${total.toLocaleString()} loaded. ${tenantTexts.gridHelp}`,
    ticked: 'Ticked',
    tick: (id: string): string => `Tick ${id}`,
  },
  create: {
    title: 'Create a tenant',
    action: 'Create',
    actionFor: (id: string): string => `Create ${id}`,
    idHint: 'Never changes, and is never used again after a deletion.',
    idFault: 'Use a to z, 0 to 9 and -, at most 100.',
    labelsHint: 'name:value, separated by commas',
    labelsExample: 'region:eu, tier:gold',
    needsApproval: 'Every change needs the approval of a platform admin',
    keyTitle: (id: string): string => `${id} is created: the key of its admin`,
    done: (id: string): string => `${id} is created.`,
  },
  suspended: 'suspended',
  columns: {
    lastChange: 'Last change',
    lock: 'Lock',
    waiting: 'Waiting',
  },
  clearTicks: 'Clear the ticks',
};

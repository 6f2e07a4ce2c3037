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
};

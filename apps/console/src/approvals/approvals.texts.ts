/** The sentences of the approvals. */
export const approvalTexts = {
  about: 'Changes that wait for a platform admin. a approves, r rejects, j and k move.',
  nothingTitle: 'Nothing waits',
  nothing:
    'Tenants with approval ask here before they change. You switch that on in the administration of a tenant.',
  noMatch: 'No request of the tenants that you chose is in this state.',
  own: 'Yours: another platform admin must decide.',
  secondPerson: {
    title: 'Nobody else can decide?',
    how: 'Attune knows credentials, not people: a key that was made with the key of the requester, or the other way round, counts as the same person. With the first key, or as who started the service, make one platform key for you and one for a colleague. Ask with yours, and let the colleague decide with theirs. A request that you made before stays yours: withdraw it, and ask again.',
    keys: 'Make a platform key',
    identity: 'Or let both sign in at your identity provider',
  },
  withdraw: {
    act: 'Withdraw',
    title: (tenantId: string): string => `Withdraw your request for ${tenantId}`,
    about: 'Nothing is changed. You can ask for the same again.',
    done: (tenantId: string): string => `Your request for ${tenantId} is withdrawn.`,
  },
  decided: 'It is decided already.',
  unmoved: 'The tenant has not changed since it was asked.',
  moved: 'The tenant has changed since it was asked:',
  approve:
    'The change is made exactly as it is shown. If that is no longer possible, the request becomes void.',
  choose: 'Choose a request to see what it changes.',
  approved: (tenantId: string, version: number | null): string =>
    version === null
      ? `The request of ${tenantId} is approved.`
      : `The request of ${tenantId} is approved. It is version ${version} now.`,
  rejected: (tenantId: string): string => `The request of ${tenantId} is rejected.`,
  approveTitle: (tenantId: string): string => `Approve the request of ${tenantId}`,
  rejectTitle: (tenantId: string): string => `Reject the request of ${tenantId}`,
  title: 'Approvals',
  requests: 'Change requests',
  requestOf: (tenantId: string): string => `Request of ${tenantId}`,
  approveAct: 'Approve',
  rejectAct: 'Reject',
  approveFor: (tenantId: string): string => `Approve for ${tenantId}`,
  comment: 'Comment',
};

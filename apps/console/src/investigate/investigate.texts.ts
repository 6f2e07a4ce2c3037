/** What the page of the runbook says; docs/runbooks/investigate-a-tenant.md has the same steps. */
export const investigateTexts = {
  about: '"Their answers are wrong since yesterday." Nothing is changed until the last step.',
  steps: [
    'Is it one tenant, or all of them?',
    'Does it have the status and plan that you expect?',
    'What changed?',
    'It changed nothing, but its settings are different?',
    'What did a query do?',
    'Find the request',
    'Do replicas differ?',
    'Fix it',
  ],
  suspended: 'It is suspended: queries get 403 on purpose.',
  ok: 'The service reports no fault, so it is probably this tenant.',
  degraded: 'A part of the service is down, and other tenants have it, too. Repair that first.',
  noOverlay: 'No flag, rollout or ceiling of the plan changes a value of this tenant.',
  query:
    'Ask the same question in the playground. config_version and config_applied say which settings were used; fallback_used, attempts and degraded say what failed; sources says what was found.',
  request: 'Every response has X-Request-Id. In the log:',
  nothingToUndo: 'Nothing was changed yet.',
  same: (count: number): string =>
    count === 1
      ? 'There is one replica, and it is live.'
      : `All ${count} replicas are live and have every change.`,
  differ: (names: string): string => `These may return older settings: ${names}.`,
  fix: "Ask the tenant's admin to undo the change, or undo it here. The tenant's history keeps who did it and why.",
  planAndStatus: 'Plan {plan}, {status}',
  version: (version: number, action: string): string => `Version ${version}, ${action}, {date}, by {author}`,
  decidedBy: (source: string): string => `decided by a ${source}`,
  cutByPlan: (stored: string, applied: string): string =>
    `the tenant stored ${stored}, and its plan makes it ${applied}`,
  platformOnly: 'The replicas and the log belong to the platform.',
  title: (tenantId: string): string => `Investigate ${tenantId}`,
  openPlayground: 'Open the playground',
  administration: 'Administration',
  wholeHistory: 'The whole history',
} as const;

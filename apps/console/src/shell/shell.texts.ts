/** What the shell says. */
export const shellTexts = {
  freshness: {
    stale: {
      badge: 'May be outdated',
      about: 'It was current when the replica last reached Postgres. A newer version may exist.',
    },
    'last-known-good': {
      badge: 'Last known copy',
      about:
        'Postgres is down and this replica had no entry: the settings are a last-known-good copy from Redis, at most 24 hours old.',
    },
    defaults: {
      badge: 'Defaults only',
      about:
        "Nothing is known of the tenant: these are Attune's own defaults, under version 0. Queries get 503 until Postgres is back.",
    },
  } as Readonly<Record<string, { readonly badge: string; readonly about: string }>>,
  changesLeft: (remaining: number, limit: number): string =>
    `${remaining} of ${limit} changes left this hour`,
  outage:
    'Read only. The service cannot reach its database or another part that it needs: you can read what is shown, and no change is lost that was saved.',
  outageRunbook: 'What to do meanwhile',
  outageProblem: 'What this means',
  nextTry: (seconds: number): string => `Next try in ${seconds} s.`,
  isBack: 'The service is back.',
  suspended:
    'This tenant is suspended: its people can read everything and change nothing, and its queries are refused.',
  search: 'Search or act',
} as const;

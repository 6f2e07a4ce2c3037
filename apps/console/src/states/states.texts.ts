/** What every screen says while it has nothing, and of a problem. */
export const texts = {
  giveRequestId: 'Give the request id to your operator.',
  startsAgainAt: (time: string): string => `It starts again at ${time}.`,
  tryAgainIn: (seconds: number): string => `Try again in ${seconds} s.`,
  request: 'Request {id}',
  aboutProblem: 'About this problem',
  copyRequestId: (id: string): string => `Copy the request id ${id}`,
  loading: 'Loading',
  stale: (since: string): string =>
    `The service has not answered since ${since}. What is shown is from then.`,
  noMatch: 'Nothing matches this filter',
  clearFilter: 'Clear filter',
  notForYou: 'Not for you to see',
  remedies: {
    unauthenticated: 'Sign in again. What you entered is kept.',
    forbidden: 'Your role does not allow this. Ask an admin, or sign in with another role.',
    'tenant-suspended':
      'The tenant is suspended: you can read everything and change nothing. A platform admin can make it active again.',
    'not-found': 'It may have been deleted, or the address is wrong.',
    'method-not-allowed':
      'This is a fault of the console. Reload the page; if it comes back, tell your operator.',
    'invalid-input': 'Correct the fields that are listed. Nothing was changed.',
    'version-mismatch': 'Somebody saved before you. Compare both changes, and save what you choose.',
    'concurrent-update': 'Somebody saved at the same moment. Compare both changes, and save what you choose.',
    'override-not-allowed':
      'The tenant keeps its own settings. Ask it to unlock them, or force the change and give a reason.',
    'managed-by-code':
      'A file owns these settings. Change the file and apply it, or force the change as a platform admin.',
    'gate-failed': 'Some golden questions failed. Look at what each one lacks, and change the draft.',
    conflict:
      'Nothing was changed. Do first what the sentence above asks for. If it asks for nothing, reload the page to see what is there now, and choose something else.',
    'rollback-invalid':
      "The old settings break today's rules. Choose another version, or change the listed settings by hand.",
    'rate-limited': 'You have reached the limit for a while.',
    'quota-exceeded': "The day's queries are used up. Days begin at 00:00 UTC.",
    'budget-exceeded':
      'The budget of the month is used up. A platform admin can raise it. Months begin at 00:00 UTC.',
    'payload-too-large': 'Send a smaller file or a shorter text.',
    'unsupported-media-type': 'Use a PDF, HTML, Markdown or text file.',
    unavailable:
      'The service cannot reach its database or another part. You can read what is shown; try again in a moment.',
    'upstream-failed': 'The model and its fallback both failed. Try again, or choose another model.',
    'upstream-timeout':
      'The answer took longer than the deadline. Ask for fewer tokens, or choose a faster model.',
    internal: 'This is a fault of Attune. Give the request id to your operator.',
    'not-sent': 'Somebody else is signed in now. Check what was entered, then press the button again.',
    unreachable: 'Check your network, then try again.',
    console: 'This is a fault of the console. Reload the page; drafts are kept.',
  },
  facts: {
    budget: (budget: string, spent: string, reserved: string): string =>
      `${spent} of ${budget} are spent, ${reserved} are reserved.`,
    left: (remaining: string, limit: string): string => `${remaining} of ${limit} are left.`,
    rollouts: (ids: readonly string[]): string => `Running rollouts: ${ids.join(', ')}.`,
    attempt: (model: string, outcome: string, duration: string): string =>
      `${model}: ${outcome} after ${duration}`,
    fields: (fields: readonly string[]): string => `Owned by a file: ${fields.join(', ')}.`,
    version: (version: number): string => `Version ${version} is the current one.`,
    changed: (changed: readonly string[]): string => `Changed meanwhile: ${changed.join(', ')}.`,
    failure: (question: string, missing: readonly string[]): string =>
      `${question} The answer lacks ${missing.join(', ')}.`,
  },
  whoMaySee: {
    admins: 'Only admins of the tenant see this, and you are a member. Ask one of them.',
    scopes: (scopes: readonly string[]): string =>
      `Your key is restricted to ${scopes.join(', ')}, and this belongs to another scope.`,
  },
} as const;

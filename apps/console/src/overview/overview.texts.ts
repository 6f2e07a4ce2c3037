export const overviewTexts = {
  title: 'Overview',
  about: 'What the tenant has left today, what it costs, and what changed last.',
  unsaved: (count: number): string =>
    count === 1
      ? '1 unsaved edit: look at it and save it'
      : `${count} unsaved edits: look at them and save them`,
  waiting: 'Requests that wait',
  firstSteps: 'First steps',
  documents: 'Add a document, so that there is something to answer from',
  question: 'Ask a question in the playground',
  change: 'Change a setting, and look at what it changes',
  done: (step: string): string => `${step}: done`,
  notYours: (step: string, refusal: string): string => `${step}. ${refusal}`,
  quota: (limit: string): string => `of ${limit}, starts again {date}`,
  spentAndReserved: (spent: string, reserved: string): string => `${spent} spent, ${reserved} reserved`,
  versionBy: 'by {author}, since {date}',
  unlimited: 'unlimited',
  waitingCount: (count: string, isMore: boolean): string => (isMore ? `${count} or more` : count),
  lastChange: 'Last change',
  budget: 'Budget of the month',
  budgetUtc: 'Budget of the month (UTC)',
  queriesByDay: 'Queries by day',
  queriesOfMonth: 'Queries of the last 30 days (UTC)',
  queriesLeft: 'Queries left today',
  budgetLeft: 'Budget left',
  onlyAdmins: 'Only admins of the tenant see them',
  waitingAbout: 'for a decision of the platform',
} as const;

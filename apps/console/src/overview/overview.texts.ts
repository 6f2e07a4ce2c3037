export const overviewTexts = {
  title: 'Overview',
  about: 'What the tenant has left today, what it costs, and what changed last.',
  waiting: 'Requests that wait',
  firstSteps: 'First steps',
  documents: 'Add a document, so that there is something to answer from',
  question: 'Ask a question in the playground',
  change: 'Change a setting, and look at what it changes',
} as const;

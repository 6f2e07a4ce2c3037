export const promptTexts = {
  title: 'Prompt',
  about: 'What the model is told. {context} is where the chunks go, {question} where the question goes.',
  system: 'This is the system message. The question is the user message.',
  user: 'This is the whole user message, because it contains {question}. There is no system message.',
  noContext: 'There is no {context}: the chunks come before the question.',
  preview: 'Preview',
  previewAbout:
    'With the variables, and with the sources and the question of the last test in the playground. A model gets whole chunks.',
  kind: { system: 'system message', user: 'user message' },
  length: (count: string, limit: string): string => `${count} of ${limit} characters`,
  unknown: (names: readonly string[]): string => `Without a value: ${names.join(', ')}.`,
  unused: (names: readonly string[]): string => `Not used in the prompt: ${names.join(', ')}.`,
  tryIt: 'Try it in the playground',
  takeBack: 'Take the edit back',
  chunks: '(the chunks)',
  question: '(the question)',
  names: 'Names',
} as const;

/** The sentences of the screen that asks logged questions again. */
export const replayTexts = {
  title: 'Replay',
  about:
    'Asks the newest questions of this tenant again: once under the settings of today and once under your draft. Sorted by how much the answer changed.',
  noLog: 'Questions are not kept',
  noLogAbout: 'Switch on “Keep questions” first. Questions are then kept for 30 days, and can be replayed.',
  noDraft: 'There is no draft',
  noDraftAbout:
    'Change settings on the configuration screen, in the playground or in the prompt editor. The replay asks under these changes.',
  start: (questions: number): string => `Ask up to ${questions} questions twice`,
  started: (questions: number): string => `The replay of up to ${questions} questions has begun.`,
  costs: 'Each question is metered as two queries. It runs in the background, and you can leave this page.',
  progress: (done: number, total: number, state: string): string => `${done} of ${total} asked: ${state}`,
  nothing: 'No question was logged yet.',
} as const;

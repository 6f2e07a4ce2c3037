/** The sentences of the screen that asks logged questions again. */
export const replayTexts = {
  title: 'Replay',
  about:
    'Asks the newest questions of this tenant again: once under the settings of today and once under your draft. Sorted by how much the answer changed.',
  which:
    'Replayed are the questions that users asked in the last 30 days while “Keep questions” was on, each once. They come from your application through the API. Questions of the playground, golden questions and earlier replays are not kept.',
  noLog: 'Questions are not kept',
  noLogAbout:
    'Switch on “Keep questions” and save. Then let your application ask some questions, change settings, and come back. Questions that were asked before cannot be replayed.',
  toLogging: 'To “Keep questions”',
  goldenInstead: 'Or ask the golden questions under the draft: they need no kept questions',
  lastReplay: 'Show your last replay',
  noDraft: 'There is no draft',
  noDraftAbout:
    'Change settings on the configuration screen, in the playground or in the prompt editor. The replay asks under these changes.',
  start: (questions: number): string => `Ask up to ${questions} questions twice`,
  started: (questions: number): string => `The replay of up to ${questions} questions has begun.`,
  costs: 'Each question is metered as two queries. It runs in the background, and you can leave this page.',
  cost: (one: string, all: string, questions: number): string =>
    `At most about ${one} for each question that was kept, ${all} for ${questions}.`,
  progress: (done: number, total: number, state: string): string => `${done} of ${total} asked: ${state}`,
  nothing: 'No question was logged yet.',
  draft: (settings: readonly string[]): string => `The draft changes ${settings.join(', ')}.`,
  results: {
    latency: 'Latency',
    hideOf: (question: string): string => `Hide answers to ${question}`,
    showOf: (question: string): string => `Show answers to ${question}`,
    hide: 'Hide',
    show: 'Show',
    gainedAndLost: (gained: readonly string[], lost: readonly string[]): string =>
      `Sources gained: ${gained.join(', ') || 'none'}. Lost: ${lost.join(', ') || 'none'}.`,
    answersChanged: 'Answers that changed',
    sources: 'Sources kept, gained, lost',
    title: 'Replayed questions',
    sourcesInBoth: 'Sources in both',
    underDraft: 'Under the draft',
    noAnswer: 'No answer',
  },
  newest: 'Newest questions',
  toConfiguration: 'To the configuration',
  cancelled: 'The replay is cancelled.',
  asked: 'Questions that were asked again',
} as const;

export const playgroundTexts = {
  title: 'Playground',
  about:
    "Ask one question under today's settings and under your proposal. Nothing is saved; the answers count as queries.",
  noProposal: "No proposal yet: the question is asked under today's settings. Add a setting to compare.",
  proposalAbout:
    'The proposal is your unsaved draft. The Configuration screen and the prompt editor show the same.',
  baselineFailed: "No model answered under today's settings. The proposal's answer stays.",
  sandbox: (model: string): string => `${model} was not asked: the sandbox answered from the documents`,
  costsAtMost: (cost: string): string => `Costs about ${cost} at most.`,
  nothingYet: 'Answers appear here',
  nothingYetAbout:
    'With a proposal, both answers are shown beside each other, with their sources and their cost.',
} as const;

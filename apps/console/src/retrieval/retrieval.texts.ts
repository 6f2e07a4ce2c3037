/** The sentences of the screen that shows what a search finds. */
export const retrievalTexts = {
  title: 'Retrieval',
  about:
    'What a question finds in the documents, with the scores of each chunk and what leaves it out. No model is asked, and nothing counts as a query.',
  nothingYet: 'Chunks appear here',
  nothingYetAbout: 'Move alpha or the number of chunks to compare with the settings of today.',
  nothingFound: 'No chunk was found. Add documents, or lower the minimum score.',
  alpha: 'Alpha',
  alphaHint: '0: keywords only. 1: meaning only.',
  topK: 'Chunks in the prompt',
  topKHint: 'Chunks after this place are left out.',
  paths: 'Places along alpha',
  pathsAbout: (alpha: number): string =>
    `Where each chunk would be from alpha 0 to 1, without a reranker. The line is at ${alpha}. Only chunks that were found at today's alpha are drawn.`,
  noDense: 'Vectors were not compared, so places along alpha are not known.',
  kept: (count: number): string => `${count} of these reach the prompt`,
  timings: (find: string, rerank: string): string => `${find} to find, ${rerank} to rerank.`,
  degraded: (stage: string, reason: string): string => `Degraded (${stage}): ${reason}.`,
  scores: {
    isKept: 'yes',
    title: 'Scores',
    place: 'Place',
    chunk: 'Chunk',
    meaning: 'Meaning',
    keywords: 'Keywords',
    mixed: 'Mixed',
    reranker: 'Reranker',
    prompt: 'Prompt',
  },
  chunks: 'Chunks',
  searchBoth: 'Search under both',
  nothingFoundTitle: 'Nothing found',
  enterQuestion: 'Enter a question.',
  toDraft: 'Put into the draft',
} as const;

/** Why a chunk does not reach the prompt. */
export const dropTexts = {
  top_k: 'left out: after the last place',
  rerank: 'left out by the reranker',
  min_score: 'left out: score too low',
} as const;

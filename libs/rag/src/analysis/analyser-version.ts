/**
 * The version of the analyser. Increase it with every change of the lexemes: the service then makes those of all documents again, in the
 * background, and never searches lexemes of two versions together. Until a tenant's are made, its questions find documents by meaning
 * only. A change that cannot wait so long keeps the old analyser beside the new one; `search-words.repository.ts` then chooses.
 */
export const analyserVersion = 1;

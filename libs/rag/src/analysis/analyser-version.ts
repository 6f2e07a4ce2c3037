/**
 * The version of the analyser. Increase it with every change of the lexemes: the service then makes those of all documents again, in the
 * background, and never searches lexemes of two versions together.
 */
export const analyserVersion = 1;

/** A reason that the user can understand: the end of a sentence that begins with the file's name. Every other error is a damaged file. */
export class UnreadableFileError extends Error {}

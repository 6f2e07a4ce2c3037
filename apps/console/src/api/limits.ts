/** Bounds of the service that the console repeats; the service checks them. */

/** As `maxQuestionLength` in libs/config. */
export const maxQuestionLength = 4_000;

/** As `maxTopK` in libs/settings. */
export const maxTopK = 20;

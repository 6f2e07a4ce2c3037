/** Answers with the configured model. */
export const configuredModelId = 'attune';
/** The configured model without documents, for titles and tags. */
export const taskModelId = 'attune-task';

/** The titles and details of the problems that the console itself finds. */
export const texts = {
  unreachable: 'The service cannot be reached',
  unreachableDetail: 'The service did not answer. Check your network; what you entered is kept.',
  httpStatus: (status: number): string => `HTTP ${status}`,
  consoleFault: 'The console has a fault',
} as const;

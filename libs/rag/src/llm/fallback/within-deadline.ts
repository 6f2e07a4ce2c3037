import { UpstreamFailure, noAnswerError } from '../upstream-failure.js';
import type { Deadline } from './deadline.js';

/**
 * What has to be done before any model is asked, within the deadline too.
 *
 * @throws DomainError `upstream-timeout` when it passes, without attempts.
 */
export async function withinDeadline<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
  try {
    return await deadline.within(deadline.remainingMs, work);
  } catch (error) {
    throw error instanceof UpstreamFailure ? noAnswerError(error, []) : error;
  }
}

/** As `work` ends; rejects when it has not by then. Neither the time-out nor late work holds the process. */
export async function withTimeout<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Error(`no answer within ${timeoutMs} ms`)),
    timeoutMs,
  ).unref();
  try {
    return await Promise.race([promise, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

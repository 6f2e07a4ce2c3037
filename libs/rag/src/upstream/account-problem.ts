/**
 * What providers say, with the status of a wrong request, when the account or the place of the caller is the reason: the same request
 * can succeed elsewhere.
 */
export const accountProblemText =
  /credit balance|insufficient (account )?(balance|credits?|funds)|(account|organi[sz]ation|project|subscription)\b.{0,40}\b(good standing|arrears|overdue|suspended|disabled|deactivated|not active)|\barrearage\b|specified api usage limits?|(location|country|region|territory)( is)? not supported|unsupported[ _](location|country|region)/i;

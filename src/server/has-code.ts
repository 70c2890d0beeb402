/** True for an error of the system, a driver or a database with this code, such as `ENOENT`. */
export const hasCode = (cause: unknown, ...codes: readonly string[]): boolean =>
  cause instanceof Error && 'code' in cause && codes.includes(String(cause.code));

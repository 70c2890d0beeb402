/**
 * Something broke that the person using the portal could neither cause nor fix.
 *
 * What a person typed never goes into a message: log `code` and `message`, never `cause`.
 */
export abstract class Failure extends Error {
  /** Permanent and searchable: runbooks and alerts refer to it. */
  abstract readonly code: string;
}

/** The referral is not safely on disk. The person must be told to try again or to phone. */
export class StoreError extends Failure {
  override name = 'StoreError';
  readonly code = 'store-failed';
}

/** The referral could not be sealed, so it was not kept. */
export class SealError extends Failure {
  override name = 'SealError';
  readonly code = 'seal-failed';
}

/** The configuration cannot be used. `mistakes` says all of them at once. */
export class ConfigError extends Failure {
  override name = 'ConfigError';
  readonly code = 'config-wrong';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

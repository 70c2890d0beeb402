/** The data cannot be compiled as it is. Each mistake is a line for the person who runs the command. */
export class Refused extends Error {
  override name = 'Refused';

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
  }
}

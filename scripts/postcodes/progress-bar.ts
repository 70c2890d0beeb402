/** A bar on the terminal; nothing where the output is read by a program. */
export function progressBar(total: number): (done: number) => void {
  const width = 40;
  return (done) => {
    if (!process.stderr.isTTY) return;
    const filled = Math.round((done / total) * width);
    process.stderr.write(`\r[${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${done} of ${total} files`);
    if (done === total) process.stderr.write('\n');
  };
}

/** The demonstration's mail: a real SMTP server on this machine that keeps every message as a file. */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export type MailboxMessage = {
  readonly id: string;
  readonly receivedAt: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The message as received. */
  readonly eml: string;
};

const folderOf = (dataDir: string): string => join(dataDir, 'mailbox');

/** Accepts mail for anybody, on loopback only; each message is on disk before it says so. */
export function mailServer(dataDir: string): SMTPServer {
  const folder = folderOf(dataDir);
  mkdirSync(folder, { recursive: true });
  let count = 0;
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
        count += 1;
        const name = `${Date.now()}-${String(count).padStart(4, '0')}.eml`;
        const eml = Buffer.concat([Buffer.from(`X-Envelope-To: ${to}\r\n`), ...chunks]);
        writeFileSync(join(folder, `.${name}`), eml, { flush: true });
        renameSync(join(folder, `.${name}`), join(folder, name));
        done();
      });
    },
  });
}

/** Every message, the newest first. */
export async function messagesIn(dataDir: string): Promise<MailboxMessage[]> {
  const folder = folderOf(dataDir);
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder).filter((file) => /^\d.*\.eml$/.test(file));
  return Promise.all(
    files
      .sort()
      .reverse()
      .map((file) => messageFrom(join(folder, file), file)),
  );
}

async function messageFrom(path: string, file: string): Promise<MailboxMessage> {
  const eml = readFileSync(path, 'utf8');
  const mail = await PostalMime.parse(eml);
  return {
    id: file.replace(/\.eml$/, ''),
    receivedAt: statSync(path).mtime.toISOString(),
    from: mail.from?.address ?? '',
    to: /^X-Envelope-To: (.*)\r$/m.exec(eml)?.[1] ?? '',
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    eml,
  };
}

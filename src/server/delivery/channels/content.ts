/**
 * The channel of whole referrals by mail, for CJSM and other mailboxes with enforced TLS: over verified TLS or not at all.
 *
 * It has a mail server of its own, because an ordinary one may pass mail on in clear.
 */
import type { WorkerLanguageCode } from '../../../i18n/languages.ts';
import { contentText, type ContentFacts, type Opened } from '../content-text.ts';
import type { Outcome } from '../outcome.ts';
import { openNoticeChannel, type MailSettings, type Notice, type NoticeChannel } from './notice.ts';

export type ContentSettings = Pick<ContentFacts, 'confirmAt' | 'nameOf' | 'operatorPhone'> & {
  mail: MailSettings;
};

export type ReferralMail = Omit<Notice, 'text'> & {
  kind: ContentFacts['kind'];
  referrals: readonly Opened[];
  languages: readonly WorkerLanguageCode[];
};

/** `send` is for what has no content, to the same mailboxes: they may take mail from this server only. */
export type ContentChannel = NoticeChannel & {
  sendReferrals(mail: ReferralMail): Promise<Outcome>;
};

/** @throws Error as `openNoticeChannel` does. */
export function openContentChannel({ mail: settings, ...facts }: ContentSettings): ContentChannel {
  const mail = openNoticeChannel(settings);
  return {
    send: mail.send,
    sendReferrals: ({ kind, referrals, languages, ...envelope }) =>
      mail.send({ ...envelope, text: contentText({ ...facts, kind, referrals }, languages) }),
  };
}

/** What each task of the operator means, what to do, and what can be decided. In English: only operators read it. */
import type { Choice } from '../../store/decisions.ts';
import type { TaskCode } from '../../store/tasks.ts';

export type TaskWords = {
  readonly title: string;
  /** What has happened. */
  readonly means: string;
  /** What a person does about it. */
  readonly doThis: string;
  readonly choices: readonly Choice[];
};

export const choiceWords: Readonly<Record<Choice, string>> = {
  mended: 'I have put it right',
  phoned: 'I have phoned the service',
  told: 'I have told the policing body',
  'passed-on': 'Another service takes it over: I have agreed it with both by phone',
  kept: 'It goes on waiting',
  'sent-again': 'Send the notice again now',
  unlocked: 'Let the service try ten more codes: two of us agree',
  'may-hand-on': 'The service may hand it on once more: I have spoken to it',
  'no-contact': 'Somebody at the service has heard from me that they must not make contact',
  deleted: 'Delete it, although nobody has read it',
};

const words = {
  'address-refused': {
    title: 'A mail address was refused for good',
    means:
      'The mail server of the service says that this mailbox does not exist or takes no mail. The second address, if there is one, has been told instead. The first is tried again every six hours.',
    doThis:
      'Phone the service and ask for its right address. Correct the directory, and start the courier and the web process again. Then say here that it is put right: what waits goes at once.',
    choices: ['mended', 'phoned'],
  },
  'mailbox-full': {
    title: 'A mailbox is full',
    means: 'The mail server of the service has no room for the notice. It is tried again and again.',
    doThis:
      'Phone the service and ask somebody to make room. When they have, say here that it is put right: what waits goes at once.',
    choices: ['phoned', 'mended'],
  },
  'mail-sign-in-refused': {
    title: 'Our mail server refuses our sign-in',
    means: 'No mail goes out at all, to any service. Nothing is lost: everything waits in the outbox.',
    doThis:
      'Check the user and password in SMTP_URL (/etc/portal/smtp-url.cred; docs/operations.md, “A mail password”) with whoever runs the mail server. This task closes by itself with the first mail that goes out.',
    choices: ['mended'],
  },
  'mail-tls-refused': {
    title: 'Our mail server has no TLS that can be trusted',
    means:
      'The mail server offers no encryption, or its certificate is expired or for another name. Nothing is sent in clear, so no mail goes out at all. Nothing is lost.',
    doThis:
      'Tell whoever runs the mail server. This task closes by itself with the first mail that goes out.',
    choices: ['mended'],
  },
  'mail-sender-refused': {
    title: 'Our mail server takes nothing from our address',
    means:
      'It refuses the sender of every mail: a quota is used up, the account is blocked, or it may not send as MAIL_FROM. No mailbox of a service is to blame. No mail goes out at all, and nothing is lost.',
    doThis:
      'Ask whoever runs the mail server why it refuses MAIL_FROM. This task closes by itself with the first mail that goes out.',
    choices: ['mended'],
  },
  'mail-relay-refused': {
    title: 'What we send to a service is refused because of us',
    means:
      'A mail server refuses us, and not the mailbox: ours does not know us or may not send to that domain, or theirs cannot tell that the mail is ours. It is tried every five minutes. Other services are told as usual, unless they have this task too.',
    doThis:
      'Ask whoever runs the mail server whether our password or our address on the network has changed, whether it relays to the domain of the service, and whether our mail still passes SPF, DKIM and DMARC. This task closes by itself with the first mail that goes out there.',
    choices: ['mended', 'phoned'],
  },
  'content-mail-refused': {
    title: 'The mail server for whole referrals refuses us, or has no TLS that can be trusted',
    means:
      'It takes no password of ours, or nothing from our address, or cannot be trusted. Services that receive whole referrals by mail get none. Nothing was sent, in clear or otherwise, and nothing is lost. Other services are told as usual.',
    doThis:
      'Check CONTENT_MAIL_FROM, and the user and password in CONTENT_SMTP_URL, with whoever runs that server (for CJSM, its helpdesk), and its certificate. This task closes by itself with the first mail that goes out there.',
    choices: ['mended', 'phoned'],
  },
  'webhook-refused': {
    title: 'A case system refuses what we send',
    means:
      'The case system of the service answered that it will not take the referral, or its address leads somewhere it must not. People at the service have been told by mail instead. The case system is tried again every six hours.',
    doThis:
      'Phone the service and ask whoever runs the case system: has the address changed, or the key that checks our signature? Correct the directory or the keys, and start the courier again. Then say here that it is put right: what waits goes at once.',
    choices: ['mended', 'phoned'],
  },
  'webhook-tls-refused': {
    title: 'A case system has no TLS that can be trusted',
    means:
      'The certificate of the case system is expired or for another name, so nothing was sent there. People at the service have been told by mail instead. It is tried again every five minutes.',
    doThis: 'Tell whoever runs the case system. This task closes by itself with the next referral it takes.',
    choices: ['mended', 'phoned'],
  },
  'spool-shut': {
    title: 'The spool key does not open a referral',
    means:
      'It was sealed before the service asked to receive whole referrals, or to a spool key that the courier no longer has. The service was sent a link instead, which its own keys open.',
    doThis:
      'Phone the service: can it open the link? If not, find the earlier spool key, put it into SPOOL_KEY_FILE beside the present one, start the courier again, and choose to send the notice again.',
    choices: ['phoned', 'mended', 'sent-again'],
  },
  'link-without-key': {
    title: 'A link went to a service that may have no key for it',
    means:
      'The referral was sealed for a service that receives whole referrals by mail, which need not have keys of its own. It does not receive them so at present (its mailbox is not verified, or the directory has another channel for it), and was sent a link instead. Perhaps nobody there can open it.',
    doThis:
      'Phone the service: can it open the link? If not, verify its mailbox, set mailboxVerifiedOn (and the channel back to content), start the courier again, and choose to send the notice again. If it must not receive by mail any more, only the escrow key opens what waits.',
    choices: ['phoned', 'mended', 'sent-again'],
  },
  'notice-unwritten': {
    title: 'A notice cannot be written',
    means:
      'A fault of the portal: it cannot make the mail from what it holds. Nothing was sent. It is tried again and again, and other notices go out.',
    doThis:
      'Phone the service, say the reference, and that a message waits. Tell whoever looks after the program which log line ends in -unwritten.',
    choices: ['phoned', 'mended', 'sent-again'],
  },
  'service-unlisted': {
    title: 'A service is not in the directory',
    means:
      'A referral was accepted for a service that the courier does not find in the directory. It waits, and goes out when the service is listed.',
    doThis:
      'Put the service back into the directory with its addresses and keys, and start the courier again.',
    choices: ['mended'],
  },
  'inner-code-locked': {
    title: 'Ten wrong codes for one referral',
    means:
      'Somebody at the service, or somebody with its mail, typed ten wrong confirmation codes. The referral can still be read with the key of the service, but no longer be confirmed.',
    doThis:
      'Phone the service on the number you know it by. If a worker there has the opened referral before them, let them try again; if it was nobody there, ask who can read its mail.',
    choices: ['unlocked', 'phoned'],
  },
  'test-unconfirmed': {
    title: 'Nobody has confirmed a test for five working days',
    means:
      'A test went to the service, and nobody there has opened and confirmed it. A person who refers themselves might wait in the same way.',
    doThis:
      'Phone the service: has the notice come, and does a key open it? While it cannot receive, set its canaryAcknowledgedOn to null in the directory and start both units again: people then see its phone. This task closes by itself when somebody confirms the test.',
    choices: ['phoned', 'mended'],
  },
  'not-handed-over-4h': {
    title: 'No mail server has taken the notice for 4 hours',
    means: 'The service does not know of this referral yet. The courier goes on trying.',
    doThis:
      'See whether other tasks say that mail is broken, and mend that. If it will take longer, phone the service and tell it that a message waits.',
    choices: ['mended', 'phoned', 'sent-again'],
  },
  'not-handed-over-24h': {
    title: 'No mail server has taken the notice for 24 hours',
    means: 'The service does not know of this referral, and a person has been waiting for more than a day.',
    doThis:
      'Phone the service today, tell it that a message waits, and ask for an address that works. Mend mail if it is broken.',
    choices: ['mended', 'phoned', 'sent-again'],
  },
  'no-contact-4h': {
    title: 'The service does not know for 4 hours that it must not make contact',
    means:
      'A person took their message back after the service may have had it. No mail server has taken the notice that says so, and somebody there may call or write meanwhile, where it may no longer be safe. The courier goes on trying.',
    doThis:
      'Phone the service when it opens, or now if anybody answers. Say the reference, that it was taken back, and that nobody may make contact. Nothing else: nobody here knows more. If the mail goes out first, this task closes by itself.',
    choices: ['no-contact', 'mended'],
  },
  'no-contact-24h': {
    title: 'The service does not know for 24 hours that it must not make contact',
    means:
      'A person took their message back after the service may have had it. For a day no mail server has taken the notice that says so, and nobody has said that they phoned.',
    doThis:
      'Phone the service today, on any number that somebody answers, and the policing body if nobody does. Say the reference, that it was taken back, and that nobody may make contact. Ask for a mail address that works.',
    choices: ['no-contact', 'mended'],
  },
  'phone-service': {
    title: 'Phone the service: nobody has confirmed',
    means:
      'The service was told two working days ago or more, and reminded. Nobody there has confirmed that they have opened the referral.',
    doThis:
      'Phone the service. Say the reference, and nothing about who or what: nobody here knows it. Ask somebody to open it and to enter the code that stands inside. Do they need the notice again? Choose that.',
    choices: ['phoned', 'sent-again'],
  },
  'tell-policing-body': {
    title: 'Tell the policing body: nobody has confirmed for 5 working days',
    means:
      'Whoever pays for the service should know that it does not answer. There is no mail address for them in the directory, or it was refused.',
    doThis:
      'Phone or write to the policing body of the area: the name of the service and the reference, nothing else. Ask whether another service can take it.',
    choices: ['told'],
  },
  decide: {
    title: 'Decide: nobody has read this referral for a month or more',
    means:
      'It is asked after 30 days and again after 90. Nothing that nobody has read is ever deleted by a clock, so a named person must say what becomes of it.',
    doThis:
      'Speak to the service first. If it cannot open the referral at all, ask another service of the area. Deleting is the last choice: the person then sees that nobody read their message.',
    choices: ['kept', 'sent-again', 'passed-on', 'deleted'],
  },
  'heard-nothing': {
    title: 'A person says that they have heard nothing',
    means:
      'Somebody looked up their receipt code after the time that was promised and pressed “I have heard nothing”. The service has been reminded.',
    doThis:
      'Phone the service. Say the reference and ask whether they have been in touch. Do not try to reach the person: nobody here knows how it is safe.',
    choices: ['phoned', 'sent-again', 'passed-on'],
  },
  'not-ours': {
    title: 'A service says that a referral is not theirs',
    means:
      'Somebody there has opened it and cannot hand it on by themselves: the person has not agreed to that, or another service has handed it on already.',
    doThis:
      'Phone the service. Say the reference, and ask nothing about the person. If the person has not agreed, the service contacts them in the safe way they chose, asks, and helps them to send a new form. If it was handed on already, find out with the service who is right, and phone that service too.',
    choices: ['phoned', 'may-hand-on', 'passed-on'],
  },
} as const satisfies Readonly<Record<TaskCode, TaskWords>>;

/** A task that an older or newer version of the portal raised still has a line, and can be closed. */
const unknown: TaskWords = {
  title: 'Another task',
  means: 'This version of the portal has no words for it.',
  doThis: 'Look for its code in the documentation.',
  choices: ['mended', 'phoned'],
};

export function taskWords(code: string): TaskWords {
  return Object.entries<TaskWords>(words).find(([known]) => known === code)?.[1] ?? unknown;
}

/** How long things are kept. Pages quote these numbers, so a promise and what happens cannot differ. */

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** A sealed text goes this long after its service confirmed it; one that nobody confirmed is never deleted by a clock. */
export const sealedDaysAfterAcknowledgement = 7;
export const sealedMsAfterAcknowledgement = sealedDaysAfterAcknowledgement * dayMs;

/** As long as a form key is good: only so long can the same form be posted again. */
export const contentMacMs = 48 * hourMs;

/** A receipt code says something until this long after the referral was closed. */
export const receiptDaysAfterClosing = 90;
export const receiptMsAfterClosing = receiptDaysAfterClosing * dayMs;

/** What happened is kept this long; it names no person. */
export const auditDays = 2 * 365;
export const auditMs = auditDays * dayMs;

/** A test referral is kept this long: a service that has confirmed none since then has not shown that it can receive. */
export const testDays = 35;
export const testMs = testDays * dayMs;

/** An older backup is deleted by whoever keeps it: what it holds has been promised to be gone. */
export const backupDays = 14;

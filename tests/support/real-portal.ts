/** The six settings without which a real portal does not start. */
export const realPortal = {
  SITE_ORIGIN: 'https://portal.example',
  SMTP_URL: 'smtps://user:secret-word@mail.example',
  MAIL_FROM: 'portal@portal.example',
  CONTROLLER_NAME: 'Example Body',
  DATA_PROTECTION_CONTACT: 'privacy@portal.example',
  OPERATOR_PHONE: '01632 960 000',
};

/** Stands in browsers for the post-quantum and smart-card keys of age, which nothing here makes or accepts. */
export const MLKEM768P256 = undefined;
export const MLKEM768X25519 = undefined;
export const p256 = undefined;

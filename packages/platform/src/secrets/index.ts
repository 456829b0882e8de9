export { secretsKey } from './config.ts';
export { openConnection, sealConnection, type ConnectionSecrets } from './connection-secrets.ts';
export { keyringOf, SealedAway, type Keyring } from './keyring.ts';
